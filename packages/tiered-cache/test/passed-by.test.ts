import { type Entry, memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'

/** An asynchronous tier over a Map, whose reads wait where the test says so. */
function slowTier(entries: Map<string, Entry>, reads: { until: Promise<unknown> | undefined }): Tier {
  return {
    name: 'slow',
    shared: false,
    sync: false,
    deadline: '1h',
    get: async (key) => {
      const found = entries.get(key)
      await reads.until
      return found
    },
    set: async (key, entry) => void entries.set(key, entry),
    delete: async (key) => void entries.delete(key),
  }
}

describe('A read that takes longer than a load', () => {
  it.each([
    ['getMany', (cache: TieredCache<string>) => cache.getMany(['a'])],
    ['get with skipTiers', (cache: TieredCache<string>) => cache.get('a', { skipTiers: ['other'] })],
    ['get', (cache: TieredCache<string>) => cache.get('a')],
  ])('puts no older value in the place of what was loaded: %s', async (_name, read) => {
    const entries = new Map<string, Entry>()
    const reads: { until: Promise<unknown> | undefined } = { until: undefined }
    const tiers = [memoryTier(), slowTier(entries, reads), memoryTier({ name: 'other' })]
    const cache = new TieredCache<string>({ tiers })
    await cache.set('a', 'v1', { skipTiers: ['memory', 'other'] })
    const slow = gate()
    reads.until = slow.promise
    const reading = read(cache)
    reads.until = undefined
    const options = { forceRefresh: true, skipTiers: { read: ['slow'] } }
    await expect(cache.getOrSet('a', () => 'v2', options)).resolves.toBe('v2')
    slow.open()
    await reading
    await cache.idle()
    await expect(cache.get('a')).resolves.toBe('v2')
    expect(cache.getSync('a')).toBe('v2')
  })
})

describe('A loader that finds nothing', () => {
  it('leaves no older value that its caller did not want to see', async () => {
    const cache = new TieredCache<string>({ tiers: [memoryTier(), slowTier(new Map(), { until: undefined })] })
    await cache.set('a', 'old')
    await cache.getOrSet('a', () => undefined, { tags: ['x'] })
    await cache.idle()
    await expect(cache.get('a')).resolves.toBeUndefined()
    await cache.set('a', 'old')
    await cache.getOrSet('a', () => undefined, { skipTiers: { read: ['memory', 'slow'] } })
    await cache.idle()
    await expect(cache.get('a')).resolves.toBeUndefined()
  })
})

describe('Tags of a call', () => {
  it('are those that it was given, whatever becomes of the list', async () => {
    const cache = new TieredCache<string>()
    const tags = ['user:1']
    const source = gate<string>()
    const loading = cache.getOrSet('a', () => source.promise, { tags })
    const setting = cache.set('b', 'v', { tags })
    tags[0] = 'user:2'
    source.open('v')
    await Promise.all([loading, setting])
    expect((await cache.entry('a'))?.tags).toEqual(['user:1'])
    expect((await cache.entry('b'))?.tags).toEqual(['user:1'])
  })

  it('may be as many as there are, each of its own, in a tier that writes one after the other', async () => {
    const entries = new Map<string, Entry>()
    const cache = new TieredCache<number>({ tiers: [memoryTier(), slowTier(entries, { until: undefined })] })
    const ids = Array.from({ length: 2_000 }, (_, id) => id)
    await Promise.all(ids.map((id) => cache.set(`set ${id}`, id, { tags: [`set ${id}`] })))
    await Promise.all(ids.slice(0, 400).map((id) => cache.getOrSet(`load ${id}`, () => id, { tags: [`load ${id}`] })))
    await cache.idle()
    const found = await cache.getMany([...ids.map((id) => `set ${id}`), ...ids.slice(0, 400).map((id) => `load ${id}`)])
    expect(found.size).toBe(2_400)
  })
})
