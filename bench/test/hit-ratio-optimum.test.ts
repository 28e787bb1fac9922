import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { optimalRatio } from '../src/hit-ratio/optimum.ts'
import { traceOf } from '../src/hit-ratio/trace.ts'

const SEED = testSeed()

describe('optimalRatio', () => {
  it(`hits as often as the best of all ways to keep and to drop (seed ${SEED})`, () => {
    const random = seededRandom(SEED)
    for (let round = 0; round < 200; round++) {
      const keys = Array.from({ length: random.int(1, 24) }, () => random.int(0, random.int(1, 9)))
      const capacity = random.int(1, 6)
      const told = `[${keys.join(', ')}] at ${capacity}`
      expect(optimalRatio(traceOf(keys), capacity) * keys.length, told).toBeCloseTo(mostHits(keys, capacity), 9)
    }
  })

  it('keeps a loop larger than the cache as far as it fits', () => {
    const loop = Array.from({ length: 1000 }, (_, request) => request % 10)
    // Of 10 keys 4 stay; the other 6 pass by.
    expect(optimalRatio(traceOf(loop), 4)).toBeCloseTo(0.396, 9)
  })

  it('misses each key once where all fit', () => {
    expect(optimalRatio(traceOf([1, 2, 3, 1, 2, 3]), 3)).toBe(0.5)
    expect(optimalRatio(traceOf([1, 2, 3, 1, 2, 3]), 300)).toBe(0.5)
  })
})

/** Tries everything: after each request any of the held keys or the newcomer may be dropped. */
function mostHits(keys: readonly number[], capacity: number): number {
  const known = new Map<string, number>()
  const from = (place: number, held: readonly number[]): number => {
    const key = keys[place]
    if (key === undefined) return 0
    const state = `${place}:${held.toSorted((a, b) => a - b).join(',')}`
    const before = known.get(state)
    if (before !== undefined) return before
    const most = held.includes(key)
      ? 1 + from(place + 1, held)
      : Math.max(...afterMiss(key, held).map((next) => from(place + 1, next)))
    known.set(state, most)
    return most
  }
  const afterMiss = (key: number, held: readonly number[]): (readonly number[])[] =>
    held.length < capacity
      ? [held, [...held, key]]
      : [held, ...held.map((dropped) => [...held.filter((each) => each !== dropped), key])]
  return from(0, [])
}
