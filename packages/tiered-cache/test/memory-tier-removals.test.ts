import { type Entry, memoryTier, type MemoryPolicy, type MemoryTier, type RemovalCause } from '@org/tiered-cache'
import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { makeEntry } from '../src/entry.ts'

const POLICIES: readonly MemoryPolicy[] = ['tinylfu', 'lru', 'sieve']
const NOW = 2_000
const SEED = testSeed()

const entry = (value: unknown, ttlMs = 60_000): Entry => makeEntry(value, 1_000, ttlMs, 0, 0)
const broken = (): never => {
  throw new Error('the listener broke')
}

describe('Removals from a memory tier', () => {
  it('are told with value and cause', () => {
    const told: (readonly [string, unknown, RemovalCause])[] = []
    const tier = memoryTier({
      maxEntries: 2,
      policy: 'lru',
      onRemoval: (key, value, cause) => told.push([key, value, cause]),
    })
    tier.set('a', entry(1), NOW)
    tier.set('a', entry(2), NOW)
    tier.set('b', entry(3, 2_000), NOW)
    tier.set('c', entry(4), NOW)
    tier.get('b', 3_000)
    tier.delete('c', 'invalidated')
    tier.delete('c')
    tier.set('d', entry(5), NOW)
    tier.delete('d')
    expect(told).toEqual([
      ['a', 1, 'replaced'],
      ['a', 2, 'capacity'],
      ['b', 3, 'expired'],
      ['c', 4, 'invalidated'],
      ['d', 5, 'deleted'],
    ])
  })

  it('are told of each entry by clear and by resize, once the tier is as it will be', () => {
    const sizes: number[] = []
    const tier: MemoryTier = memoryTier({ maxEntries: 9, onRemoval: () => sizes.push(tier.measure().entries) })
    for (let at = 0; at < 9; at++) tier.set(`key ${at}`, entry(at))
    tier.resize({ maxEntries: 6 })
    expect(sizes.splice(0)).toEqual([6, 6, 6])
    tier.clear()
    expect(sizes).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('are told as replaced, not as capacity, of an entry that a heavier one of its key drives out', () => {
    const told: string[] = []
    const tier = memoryTier<number>({ maxWeight: 10, weigh: (value) => value })
    tier.onRemoval((key, cause) => told.push(`${key} ${cause}`))
    tier.set('a', entry(5))
    tier.set('a', entry(11))
    expect(told).toEqual(['a replaced'])
    expect(tier.measure()).toMatchObject({ entries: 0, weight: 0, evictions: 0, refusals: 1 })
  })

  it('end for a listener that is off, though it is told of some just then', () => {
    const told: string[] = []
    const tier = memoryTier()
    const off = tier.onRemoval((key) => {
      told.push(key)
      off()
    })
    for (const key of ['a', 'b', 'c']) tier.set(key, entry(1))
    tier.clear()
    off()
    tier.set('d', entry(1))
    tier.delete('d')
    expect(told).toEqual(['a'])
  })

  it('reach the others where a listener throws, and nothing else changes', () => {
    const told: string[] = []
    const tier = memoryTier({ maxEntries: 3, policy: 'lru', onRemoval: broken })
    tier.onRemoval(broken)
    tier.onRemoval((key, cause) => told.push(`${key} ${cause}`))
    for (const key of ['a', 'b', 'c', 'd', 'd']) tier.set(key, entry(key), NOW)
    tier.resize({ maxEntries: 2 })
    tier.delete('c')
    expect(told).toEqual(['a capacity', 'd replaced', 'b capacity', 'c deleted'])
    expect([...tier.entries()]).toEqual([['d', entry('d')]])
  })

  it('come to all listeners in the order in which they happened, though one changes the tier', () => {
    const told: string[] = []
    const tier = memoryTier()
    tier.onRemoval((key, cause) => {
      if (cause === 'replaced') tier.delete(key)
    })
    tier.onRemoval((key, cause) => told.push(`${key} ${cause}`))
    tier.set('a', entry(1))
    tier.set('a', entry(2))
    expect(told).toEqual(['a replaced', 'a deleted'])
    expect(tier.peek('a')).toBeUndefined()
  })

  it('may be answered by setting what left, as long as there is room for all such', () => {
    const tier: MemoryTier = memoryTier({
      maxEntries: 10,
      policy: 'lru',
      onRemoval: (key, value, cause) => {
        if (cause === 'capacity' && key.startsWith('pinned')) tier.set(key, entry(value), NOW)
      },
    })
    for (let at = 0; at < 5; at++) tier.set(`pinned ${at}`, entry(at), NOW)
    for (let at = 0; at < 1_000; at++) {
      tier.set(`key ${at}`, entry(at), NOW)
      expect(tier.measure().entries).toBeLessThanOrEqual(10)
    }
    for (let at = 0; at < 5; at++) expect(tier.getFresh(`pinned ${at}`, NOW)).toBe(at)
  })

  it.each(POLICIES)(
    `account for every entry exactly once with the policy %s, though listeners use the tier (TEST_SEED=${SEED})`,
    (policy) => {
      const random = seededRandom(SEED)
      const sights: string[] = []
      let sets = 0
      let removals = 0
      const set = (tier: MemoryTier): void => {
        sets++
        tier.set(`key ${random.int(0, 19)}`, entry({ weight: random.int(0, 8) }, random.pick([500, 60_000])), now)
      }
      const look = (tier: MemoryTier, who: string): void => {
        const { entries, weight } = tier.measure()
        if (entries > 10 || weight > 40) sights.push(`${who} saw ${entries} entries that weigh ${weight}`)
      }
      const meddle = (): void => {
        removals++
        look(tier, 'a listener')
        if (random.chance(0.3)) set(tier)
        if (random.chance(0.3)) tier.delete(`key ${random.int(0, 19)}`)
        if (random.chance(0.3)) tier.get(`key ${random.int(0, 19)}`, now)
        if (random.chance(0.02)) tier.clear()
        if (random.chance(0.02)) tier.resize({ maxEntries: random.int(1, 10), maxWeight: random.int(5, 40) })
        if (random.chance(0.1)) broken()
      }
      const tier = memoryTier<{ weight: number }>({
        maxEntries: 10,
        maxWeight: 40,
        weigh: ({ weight }) => weight,
        policy,
        seed: SEED,
        onRemoval: () => meddle(),
      })
      let now = NOW
      for (let step = 0; step < 10_000; step++) {
        set(tier)
        now = random.pick([1_400, 1_600])
        const { entries, refusals } = tier.measure()
        look(tier, 'the caller')
        expect(sets - refusals - removals).toBe(entries)
        expect([...tier.hottest()].length).toBe(entries)
      }
      expect(sights).toEqual([])
      expect(removals).toBeGreaterThan(5_000)
    },
  )
})
