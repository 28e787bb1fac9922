import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { PlainShadows } from '../../../test/policy-plain-shadows.fixture.ts'
import { ShadowCaches } from './shadow-caches.ts'

const seed = testSeed()

describe('ShadowCaches', () => {
  it.each([16, 17, 64, 250])(
    `decide what their plain reference decides: %i keys each (TEST_SEED=${seed})`,
    (capacity) => {
      const random = seededRandom(seed)
      const shadows = new ShadowCaches(capacity)
      const plain = new PlainShadows(capacity)
      for (let request = 0; request < 12_000; request++) {
        const isLate = Math.floor(request / 3_000) % 2 === 0
        const hash = isLate
          ? request - Math.floor(2 * capacity * random.next())
          : Math.floor(9 * capacity * random.next() ** 3)
        const isTime = shadows.request(hash * 0x9e37)
        expect(isTime).toBe(plain.request(hash * 0x9e37))
        if (isTime) expect(shadows.bestWindow()).toBe(plain.bestWindow())
        if (request % 2_500 === 2_499) for (const each of [shadows, plain]) each.age()
      }
    },
  )

  it('find a small window best for a loop that does not fit', () => {
    expect(bestAfter((request) => request % 150)).toBe(0.01)
  })

  it(`find a large window best for keys that come twice, soon, and never again (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    expect(bestAfter((request) => request - random.int(0, 120))).toBeGreaterThanOrEqual(0.4)
  })
})

function bestAfter(hashAt: (request: number) => number): number {
  const shadows = new ShadowCaches(100)
  let best = Number.NaN
  for (let request = 0; request < 5_000; request++) if (shadows.request(hashAt(request))) best = shadows.bestWindow()
  return best
}
