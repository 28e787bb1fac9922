import { type Entry, type MemoryPolicy, type MemoryTier, memoryTier } from '@org/tiered-cache'
import { describe, expect, it } from 'vitest'
import { makeEntry } from '../src/entry.ts'

const POLICIES: readonly MemoryPolicy[] = ['tinylfu', 'lru', 'sieve']
const NOW = 2_000

const entry = (value: unknown): Entry => makeEntry(value, 1_000, 60_000, 0, 0)

function fill(tier: MemoryTier, count: number, prefix = 'key'): void {
  for (let at = 0; at < count; at++) tier.set(`${prefix} ${at}`, entry(at), NOW)
}

const keysOf = (pairs: Iterable<readonly [string, Entry]>): readonly string[] => [...pairs].map(([key]) => key)

describe('resize', () => {
  it('keeps what was used last, and takes more again afterwards', () => {
    const tier = memoryTier({ maxEntries: 100, policy: 'lru' })
    fill(tier, 100)
    tier.resize({ maxEntries: 10 })
    const kept = Array.from({ length: 10 }, (_, at) => `key ${90 + at}`)
    expect(keysOf(tier.entries()).toSorted()).toEqual(kept)
    expect(tier.measure()).toMatchObject({ entries: 10, maxEntries: 10, evictions: 90 })
    tier.resize({ maxEntries: 1_000 })
    fill(tier, 990, 'new')
    expect(tier.measure()).toMatchObject({ entries: 1_000, maxEntries: 1_000, evictions: 90 })
    for (const key of kept) expect(tier.getFresh(key, NOW)).toBe(Number(key.slice(4)))
  })

  it('changes the bounds that are named, and no other', () => {
    const weighed = memoryTier({ maxEntries: 10, maxWeight: 100, weigh: () => 5 })
    weighed.resize({})
    expect(weighed.measure()).toMatchObject({ maxEntries: 10, maxWeight: 100 })
    weighed.resize({ maxWeight: 50, maxEntries: undefined })
    expect(weighed.measure()).toMatchObject({ maxEntries: 10, maxWeight: 50 })
    weighed.resize({ maxEntries: Infinity })
    expect(weighed.measure()).toMatchObject({ maxEntries: Infinity, maxWeight: 50 })
    const inBytes = memoryTier({ maxBytes: '1mb' })
    inBytes.resize({ maxBytes: '2kb' })
    expect(inBytes.measure()).toMatchObject({ maxEntries: Infinity, maxWeight: 2_048 })
  })

  it('changes nothing of another tier that was made with the same options', () => {
    const options = { maxEntries: 10 }
    const [one, other] = [memoryTier(options), memoryTier(options)]
    one.resize({ maxEntries: 5 })
    expect([other.measure().maxEntries, options]).toEqual([10, { maxEntries: 10 }])
  })

  it('changes nothing where one of its bounds is wrong', () => {
    const tier = memoryTier({ maxEntries: 10, maxWeight: 100, weigh: () => 5 })
    expect(() => tier.resize({ maxEntries: 5, maxWeight: 0 })).toThrow(RangeError)
    expect(() => tier.resize({ maxEntries: 5, maxBytes: 100 })).toThrow(TypeError)
    expect(tier.measure()).toMatchObject({ maxEntries: 10, maxWeight: 100 })
  })

  it.each(POLICIES)('lets go of any number at once with the policy %s, by entries and by weight', (policy) => {
    const tier = memoryTier({ maxEntries: 5_000, maxWeight: 50_000, weigh: () => 10, policy })
    fill(tier, 5_000)
    for (let at = 0; at < 5_000; at++) tier.getFresh(`key ${at}`, NOW)
    tier.resize({ maxEntries: 300 })
    expect(tier.measure()).toMatchObject({ entries: 300, weight: 3_000, evictions: 4_700 })
    tier.resize({ maxWeight: 1 })
    expect(tier.measure()).toMatchObject({ entries: 0, weight: 0, evictions: 5_000 })
    tier.resize({ maxWeight: 20 })
    fill(tier, 5)
    expect(tier.measure()).toMatchObject({ entries: 2, weight: 20 })
  })
})

describe.each(POLICIES)('Iteration of a memory tier with the policy %s', (policy) => {
  const filled = (count: number): MemoryTier => {
    const tier = memoryTier({ maxEntries: count, policy })
    fill(tier, count)
    return tier
  }

  it('gives every entry once, and is no use of it', () => {
    const tier = filled(50)
    const order = keysOf(tier.hottest())
    const all = Array.from({ length: 50 }, (_, at) => [`key ${at}`, entry(at)])
    for (const pairs of [tier.entries(), tier.hottest()]) {
      expect([...pairs].toSorted(([, one], [, other]) => Number(one.value) - Number(other.value))).toEqual(all)
    }
    expect(keysOf(tier.hottest())).toEqual(order)
  })

  it.each(['entries', 'hottest'] as const)('comes to an end in %s, though each entry is used and set', (method) => {
    const tier = filled(50)
    const seen: string[] = []
    for (const [key, { value }] of tier[method]()) {
      seen.push(key)
      if (seen.length > 50) break
      tier.getFresh(key, NOW)
      tier.set(key, entry(value), NOW)
    }
    expect(seen.toSorted()).toEqual(keysOf(tier.entries()).toSorted())
  })

  it.each(['entries', 'hottest'] as const)(
    'gives in %s nothing that has left meanwhile, nor what is not there',
    (method) => {
      for (const change of [
        (tier: MemoryTier) => tier.clear(),
        (tier: MemoryTier) => tier.resize({ maxEntries: 1 }),
        (tier: MemoryTier, key: string) => tier.delete(key),
        (tier: MemoryTier) => fill(tier, 5, 'new'),
      ]) {
        const tier = filled(20)
        for (const [key, found] of tier[method]()) {
          expect(found).toEqual(tier.peek(key))
          expect(found).toEqual(entry(expect.any(Number)))
          change(tier, key)
        }
      }
    },
  )

  it('gives copies where hits do', () => {
    const tier = memoryTier({ policy, copy: 'clone' })
    const value = { list: [1] }
    tier.set('key', entry(value))
    for (const pairs of [tier.entries(), tier.hottest()]) {
      const [pair] = [...pairs]
      expect(pair?.[1].value).toEqual(value)
      expect(pair?.[1].value).not.toBe(value)
    }
  })
})
