import { describe, expect, it } from 'vitest'
import { seededRandom } from './random.ts'

describe('seededRandom', () => {
  it('repeats a run from its seed, and differs for another seed', () => {
    expect(run(42)).toEqual(run(42))
    expect(run(42)).not.toEqual(run(43))
  })

  it('gives the numbers of the published mulberry32', () => {
    const random = seededRandom(1)
    expect([random.next(), random.next()]).toEqual([0.6270739405881613, 0.002735721180215478])
  })

  it('spreads numbers evenly over its range', () => {
    const random = seededRandom(7)
    const counts = [0, 0, 0, 0]
    for (let draw = 0; draw < 4_000; draw++) counts[random.int(0, 3)]!++
    for (const count of counts) expect(count).toBeGreaterThan(850)
  })

  it('shuffles without losing an element or touching the list', () => {
    const list = [1, 2, 3, 4, 5, 6, 7, 8]
    const shuffled = seededRandom(3).shuffle(list)
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(list)
    expect(shuffled).not.toEqual(list)
  })
})

function run(seed: number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: 8 }, () => random.next())
}
