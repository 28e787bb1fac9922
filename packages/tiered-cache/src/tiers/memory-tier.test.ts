import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { makeEntry } from '../entry.ts'
import { memoryTier } from './memory-tier.ts'
import { MISS } from './tier.ts'

const entry = (value: unknown) => makeEntry(value, 1_000, 60_000, 0, 0)

describe('MemoryTier', () => {
  const seed = testSeed()

  it(`evicts the entry used longest ago, as a plain list does (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const tier = memoryTier({ maxEntries: 5 })
    /** Oldest first. */
    let model: string[] = []
    const use = (key: string): void => {
      model = [...model.filter((other) => other !== key), key]
    }
    for (let step = 0; step < 20_000; step++) {
      const key = `key ${random.int(0, 9)}`
      const chance = random.next()
      if (chance < 0.4) {
        tier.set(key, entry(key))
        use(key)
        if (model.length > 5) model.shift()
      } else if (chance < 0.9) {
        const held = model.includes(key)
        expect(tier.getFresh(key, 2_000)).toBe(held ? key : MISS)
        if (held) use(key)
      } else {
        tier.delete(key)
        model = model.filter((other) => other !== key)
      }
      expect(tier.measure().entries).toBe(model.length)
    }
  })

  it('frees what has expired when it is read', () => {
    const tier = memoryTier()
    const removals: string[] = []
    tier.onRemoval((key, cause) => removals.push(`${key} ${cause}`))
    tier.set('a', entry(1))
    expect(tier.getFresh('a', 61_000)).toBe(MISS)
    expect(removals).toEqual(['a expired'])
    expect(tier.measure().entries).toBe(0)
  })

  it('tells every removal of a clear', () => {
    const tier = memoryTier()
    const removals: string[] = []
    tier.set('a', entry(1))
    tier.set('b', entry(1))
    const off = tier.onRemoval((key, cause) => removals.push(`${key} ${cause}`))
    tier.clear()
    off()
    tier.set('a', entry(1))
    tier.clear()
    expect(removals).toEqual(['a deleted', 'b deleted'])
  })

  it.each([
    [{ maxEntries: 0 }, 'maxEntries must be a whole number of at least 1, or Infinity, got 0 (number)'],
    [{ maxEntries: 1.5 }, 'maxEntries must be a whole number'],
    [{ maxEntries: '10' }, 'maxEntries must be a number, got 10 (string)'],
    [{ maxentries: 5 }, "memoryTier options has no option 'maxentries', known are maxEntries, ttl, name"],
    [{ ttl: -1 }, 'ttl must be zero or more milliseconds'],
    [{ name: 5 }, 'name must be a string that is not empty'],
  ])('refuses the options %o', (options, message) => {
    expect(() => memoryTier(options as never)).toThrow(message)
  })
})
