import { type Entry, memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { ServedFrom } from './served-from.ts'

/** A tier that answers no read before it is told to. */
function slowTier(name: string, opened: Promise<void>): Tier {
  const entries = new Map<string, Entry>()
  return {
    name,
    shared: false,
    sync: false,
    deadline: Infinity,
    get: async (key) => {
      await opened
      return entries.get(key)
    },
    set: async (key, entry) => void entries.set(key, entry),
    delete: async (key) => void entries.delete(key),
  }
}

describe('ServedFrom', () => {
  it('tells each of many calls under way at once which tier answered it', async () => {
    const [disk, load] = [gate(), gate()]
    const memory = memoryTier({ maxEntries: 1 })
    const cache = new TieredCache<string>({ tiers: [memory, slowTier('disk', disk.promise)] })
    const servedFrom = new ServedFrom(cache)
    await cache.set('below', 'of disk')
    await cache.set('above', 'of memory') // which has room for one
    const look = (key: string) =>
      servedFrom.watch(() =>
        cache.getOrSet(key, async () => {
          await load.promise
          return 'loaded'
        }),
      )
    const below = [look('below'), look('below')]
    const loaded = [look('new'), look('new')]
    expect(await look('above')).toEqual({ value: 'of memory', tier: 'memory' })
    disk.open()
    for (const call of below) expect(await call).toEqual({ value: 'of disk', tier: 'disk' })
    const again = look('below')
    load.open()
    for (const call of loaded) expect(await call).toEqual({ value: 'loaded', tier: undefined })
    expect(await again).toEqual({ value: 'of disk', tier: 'memory' })
    expect([servedFrom.hits('memory'), servedFrom.hits('disk'), servedFrom.hits('redis')]).toEqual([2, 2, 0])
    expect(cache.stats()).toMatchObject({ requests: 6, hits: 4, misses: 2, loads: 1 })
    await cache.close()
  })

  it('rejects as the call does', async () => {
    const cache = new TieredCache<string>()
    const servedFrom = new ServedFrom(cache)
    const failing = servedFrom.watch(() => cache.getOrSet('key', () => Promise.reject(new Error('no source'))))
    await expect(failing).rejects.toThrow('no source')
    await cache.close()
  })
})
