import { testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Draws } from './draws.ts'

describe('Draws', () => {
  const seeds = [0, 1, -1, 2 ** 31 - 1, testSeed() | 0]

  it.each(seeds)('lie evenly between 0 and 1: seed %i', (seed) => {
    const draws = new Draws(seed)
    const tenths = Array.from({ length: 10 }, () => 0)
    for (let draw = 0; draw < 20_000; draw++) tenths[Math.floor(10 * draws.next())]!++
    expect(tenths.length).toBe(10)
    for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(250)
  })

  it('are the same for the same seed, and others for another', () => {
    const [one, same, other] = [5, 5, 9].map((seed) => {
      const draws = new Draws(seed)
      return Array.from({ length: 20 }, () => draws.next())
    })
    expect(one).toEqual(same)
    expect(one).not.toEqual(other)
  })
})
