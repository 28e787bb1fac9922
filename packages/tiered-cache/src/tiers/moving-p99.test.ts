import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { MovingP99 } from './moving-p99.ts'

const seed = testSeed()

describe('MovingP99', () => {
  it('knows nothing before a hundred durations', () => {
    const p99 = new MovingP99()
    for (let at = 0; at < 99; at++) expect(p99.record(at)).toBe(false)
    expect(p99.value).toBeUndefined()
  })

  it(`is the nearest-rank p99 of the latest 256 durations whenever it is computed (seed ${seed})`, () => {
    const random = seededRandom(seed)
    const p99 = new MovingP99()
    const all: number[] = []
    let computed = 0
    for (let at = 0; at < 2_000; at++) {
      all.push(random.chance(0.1) ? random.int(0, 3) : random.next() * 10 ** random.int(-1, 3))
      if (!p99.record(all.at(-1)!)) continue
      computed++
      const latest = all.slice(-256).toSorted((a, b) => a - b)
      expect(p99.value).toBe(latest[Math.ceil(0.99 * latest.length) - 1])
    }
    expect(computed).toBe(Math.floor(2_000 / 32) - 3)
  })
})
