import QuickLRU from 'quick-lru'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { makeEntry } from '../entry.ts'
import { type QuickLruLike, quickLruTier } from './quick-lru-tier.ts'
import { MISS } from './tier.ts'

const entry = makeEntry({ n: 1 }, 1_000, 100, 50, 0)

describe('QuickLruTier', () => {
  it('is a private, synchronous tier named quick-lru', () => {
    const tier = quickLruTier(new QuickLRU({ maxSize: 3 }))
    expect(tier).toMatchObject({ name: 'quick-lru', shared: false, sync: true, ttl: undefined })
    expect(quickLruTier(new QuickLRU({ maxSize: 3 }), { name: 'l1', ttl: '1m' })).toMatchObject({
      name: 'l1',
      ttl: '1m',
    })
  })

  it('takes a quick-lru instance as it is', () => {
    expectTypeOf<QuickLRU<string, unknown>>().toExtend<QuickLruLike>()
    expectTypeOf<QuickLRU<string, { id: number }>>().toExtend<QuickLruLike>()
    expectTypeOf<Map<string, string>>().not.toExtend<QuickLruLike>()
  })

  it('gives back the very entry', async () => {
    const tier = quickLruTier(new QuickLRU({ maxSize: 3 }))
    expect(tier.get('k')).toBeUndefined()
    await tier.set('k', entry)
    expect(tier.get('k')).toBe(entry)
    await tier.delete('k')
    expect(tier.get('k')).toBeUndefined()
  })

  it('gives the value where it is fresh, else MISS', async () => {
    const tier = quickLruTier(new QuickLRU({ maxSize: 9 }))
    await tier.set('k', entry)
    await tier.set('negative', { ...entry, value: undefined })
    expect(tier.getFresh?.('k', 1_099)).toBe(entry.value)
    expect(tier.getFresh?.('k', 1_100)).toBe(MISS)
    expect(tier.getFresh?.('negative', 1_000)).toBeUndefined()
    expect(tier.getFresh?.('absent', 1_000)).toBe(MISS)
  })

  it('gives a tagged value where its stamps are current and it has the tags that are named', async () => {
    const tier = quickLruTier(new QuickLRU({ maxSize: 9 }))
    const stamp = { tag: 't', expire: 'e', delete: 'd', isCurrent: true }
    await tier.set('k', { ...entry, stamps: [stamp] })
    expect(tier.getFresh?.('k', 1_000)).toBe(entry.value)
    expect(tier.getFresh?.('k', 1_000, ['t'])).toBe(entry.value)
    expect(tier.getFresh?.('k', 1_000, ['t', 'u'])).toBe(MISS)
    expect(tier.getFresh?.('k', 1_100)).toBe(MISS)
    stamp.isCurrent = false
    expect(tier.getFresh?.('k', 1_000)).toBe(MISS)
  })

  it('forgets what was used longest ago, and counts what it holds', async () => {
    const tier = quickLruTier(new QuickLRU({ maxSize: 2 }))
    for (const key of ['a', 'b', 'c', 'd', 'e']) await tier.set(key, entry)
    expect(tier.get('a')).toBeUndefined()
    expect(tier.get('e')).toBe(entry)
    expect(tier.measure?.()).toStrictEqual({ entries: 2, maxEntries: 2, weight: 2, maxWeight: 2 })
    await tier.clear?.()
    expect(tier.measure?.().entries).toBe(0)
  })

  it.each<[string, () => unknown]>([
    ['lru must be a quick-lru instance, got undefined', () => quickLruTier(undefined as never)],
    ['lru must be a quick-lru instance, got an object without maxSize', () => quickLruTier(new Map() as never)],
    ['lru must be a quick-lru instance, got an object without get', () => quickLruTier({} as never)],
    ["has no option 'maxSize'", () => quickLruTier(new QuickLRU({ maxSize: 1 }), { maxSize: 2 } as never)],
    ['name must be a string', () => quickLruTier(new QuickLRU({ maxSize: 1 }), { name: 7 as never })],
    ['ttl must be zero or more', () => quickLruTier(new QuickLRU({ maxSize: 1 }), { ttl: Number.NaN })],
  ])('refuses a wrong call: %s', (message, call) => {
    expect(call).toThrow(message)
  })
})
