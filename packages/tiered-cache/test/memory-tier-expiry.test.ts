import { type Entry, type MemoryPolicy, type MemoryTier, memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { seededRandom, testSeed } from '@org/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeEntry } from '../src/entry.ts'
import { MOST_EXPIRY_SLOTS } from '../src/tiers/memory/expiry-wheel.ts'

const POLICIES: readonly MemoryPolicy[] = ['tinylfu', 'lru', 'sieve']
const START = 1_700_000_000_000
const HOUR_MS = 3_600_000
const SEED = testSeed()

const living = (ms: number, at = START): Entry => makeEntry('value', at, ms, 0, 0)
const keysOf = (tier: MemoryTier): readonly string[] => [...tier.entries()].map(([key]) => key)

/** How many entries left for each cause. */
function counted(tier: MemoryTier): Record<string, number> {
  const causes: Record<string, number> = {}
  tier.onRemoval((_key, cause) => {
    causes[cause] = (causes[cause] ?? 0) + 1
  })
  return causes
}

afterEach(() => vi.restoreAllMocks())

describe('Expiry in a memory tier', () => {
  it('needs no timer', async () => {
    const timers = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const
    const spies = timers.map((name) => vi.spyOn(globalThis, name))
    const tier = memoryTier({ maxEntries: 10 })
    for (let at = 0; at < 30; at++) tier.set(`key ${at}`, living(at), START + at)
    tier.get('key 29', START + HOUR_MS)
    expect(spies.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0])
    vi.restoreAllMocks()
    const clock = new ManualClock()
    const cache = new TieredCache({ tiers: [memoryTier()], ttl: '1s', clock })
    for (let at = 0; at < 30; at++) await cache.set(`key ${at}`, at)
    expect(clock.pendingTimers).toBe(0)
  })

  it('is seen by get at the very instant, frees the entry, and is told once', () => {
    const tier = memoryTier()
    const causes = counted(tier)
    tier.set('key', makeEntry('value', START, 10, 10.5, 0), START)
    expect(tier.get('key', START + 20.25)?.value).toBe('value')
    expect(tier.get('key', START + 20.5)).toBeUndefined()
    expect(tier.get('key', START + 20.5)).toBeUndefined()
    expect([tier.measure().entries, causes]).toEqual([0, { expired: 1 }])
  })

  it('changes nothing in getFresh, peek, measure and reads that tell no time', () => {
    const tier = memoryTier()
    const causes = counted(tier)
    tier.set('key', living(10), START)
    tier.getFresh('key', START + HOUR_MS)
    tier.peek('key')
    expect(tier.get('key')?.value).toBe('value')
    expect([tier.measure().entries, causes]).toEqual([1, {}])
  })

  it('frees entries through writes of others, also of a key that is there already', () => {
    const tier = memoryTier()
    const causes = counted(tier)
    for (let at = 0; at < 10; at++) tier.set(`short ${at}`, living(10), START)
    tier.set('other', living(HOUR_MS), START)
    tier.set('other', living(HOUR_MS), START + 10)
    expect(keysOf(tier)).toEqual(['other'])
    expect(causes).toEqual({ expired: 10, replaced: 1 })
  })

  it('goes by the life that was set last', () => {
    const tier = memoryTier()
    tier.set('longer', living(10), START)
    tier.set('longer', living(HOUR_MS), START)
    tier.set('endless', living(10), START)
    tier.set('endless', living(Infinity), START)
    tier.set('shorter', living(HOUR_MS), START)
    tier.set('shorter', living(10), START)
    tier.delete('gone')
    tier.set('new', living(HOUR_MS), START + 1_000)
    expect(keysOf(tier).toSorted()).toEqual(['endless', 'longer', 'new'])
  })

  it('takes an entry that has expired already, and frees it with the next write', () => {
    const tier = memoryTier()
    tier.set('past', living(10, START - HOUR_MS), START)
    expect(tier.get('past')?.value).toBe('value')
    tier.set('other', living(10), START)
    expect(keysOf(tier)).toEqual(['other'])
  })

  it('looks at a bounded number of entries in one write', () => {
    const tier = memoryTier({ maxEntries: 20_000 })
    const causes = counted(tier)
    for (let at = 0; at < 10_000; at++) tier.set(`short ${at}`, living(10), START)
    for (let write = 1; write <= 10_000 / MOST_EXPIRY_SLOTS; write++) {
      tier.set('other', living(HOUR_MS), START + HOUR_MS)
      expect(causes['expired']).toBe(write * MOST_EXPIRY_SLOTS)
    }
    tier.set('other', living(HOUR_MS), START + HOUR_MS)
    expect(tier.measure().entries).toBe(1)
  })

  it(`leaves nothing expired behind after some writes, whatever the lives were (TEST_SEED=${SEED})`, () => {
    const random = seededRandom(SEED)
    const tier = memoryTier({ maxEntries: 5_000 })
    for (let at = 0; at < 3_000; at++) tier.set(`key ${at}`, living(random.next() ** 6 * 40 * HOUR_MS), START)
    const end = START + 30 * HOUR_MS
    for (let write = 0; write < 1_000; write++) tier.set('other', living(HOUR_MS, end), end)
    const left = [...tier.entries()].filter(([, { expiresAt }]) => expiresAt <= end)
    expect(left).toEqual([])
    expect(tier.measure()).toMatchObject({ evictions: 0 })
    expect(tier.measure().entries).toBeGreaterThan(1)
  })
})

describe.each(POLICIES)('With the policy %s', (policy) => {
  it('expired entries leave before any that lives', () => {
    const tier = memoryTier({ maxEntries: 10, policy })
    const causes = counted(tier)
    for (let at = 0; at < 5; at++) {
      tier.set(`long ${at}`, living(HOUR_MS), START)
      tier.set(`short ${at}`, living(10), START)
      // Hot or not: it is over.
      for (let use = 0; use < 5; use++) tier.getFresh(`short ${at}`, START)
    }
    for (let at = 0; at < 5; at++) tier.set(`new ${at}`, living(HOUR_MS), START + 10)
    const kept = [0, 1, 2, 3, 4].flatMap((at) => [`long ${at}`, `new ${at}`])
    expect(keysOf(tier).toSorted()).toEqual(kept.toSorted())
    expect(causes).toEqual({ expired: 5 })
  })

  it('they do so after a long pause, thousands of them, and by bytes too', () => {
    for (const bound of [{ maxEntries: 4_000 }, { maxBytes: 1_000_000 }]) {
      const tier = memoryTier({ ...bound, policy })
      const causes = counted(tier)
      for (let at = 0; at < 2_000; at++) tier.set(`long ${at}`, living(100 * HOUR_MS), START + at)
      for (let at = 0; tier.measure().evictions + tier.measure().refusals === 0; at++) {
        tier.set(`short ${at}`, living(HOUR_MS), START + 2_000 + at)
      }
      const livingOnes = keysOf(tier).filter((key) => key.startsWith('long')).length
      const expired = tier.measure().entries - livingOnes
      expect(expired).toBeGreaterThan(1_500)
      delete causes['capacity']
      for (let at = 0; at < expired - 2; at++) tier.set(`new ${at}`, living(HOUR_MS), START + 50 * HOUR_MS)
      expect(causes['capacity']).toBeUndefined()
      expect(keysOf(tier).filter((key) => key.startsWith('long')).length).toBe(livingOnes)
    }
  })
})
