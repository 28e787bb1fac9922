import { describe, expect, it } from 'vitest'
import { memoryTier, TieredCache } from '@org/tiered-cache'

function twoTiers(): TieredCache<number> {
  return new TieredCache<number>({ tiers: [memoryTier({ name: 'near' }), memoryTier({ name: 'far' })] })
}

describe('skipTiers', () => {
  it('of a read passes a tier by, and does not fill it', async () => {
    const cache = twoTiers()
    await cache.set('a', 1, { skipTiers: ['far'] })
    expect(await cache.get('a', { skipTiers: ['near'] })).toBeUndefined()
    await cache.set('b', 2, { skipTiers: ['near'] })
    expect(await cache.get('b', { skipTiers: ['near'] })).toBe(2)
    expect((await cache.entry('b'))?.tiers).toEqual(['far'])
    expect(await cache.getMany(['a', 'b'], { skipTiers: ['near'] })).toEqual(new Map([['b', 2]]))
    expect(await cache.get('b')).toBe(2)
    expect((await cache.entry('b'))?.tiers).toEqual(['near', 'far'])
  })

  it('of a write deletes the older value of the tier that does not get the new one', async () => {
    const cache = twoTiers()
    await cache.set('a', 1)
    await cache.set('a', 2, { skipTiers: ['far'] })
    expect((await cache.entry('a'))?.tiers).toEqual(['near'])
    expect(await cache.get('a')).toBe(2)
  })

  it('of a load reads past one tier and leaves another without the value', async () => {
    const cache = twoTiers()
    await cache.set('a', 1, { skipTiers: ['far'] })
    expect(await cache.getOrSet('a', () => 2, { skipTiers: { read: ['near'] } })).toBe(2)
    expect((await cache.entry('a'))?.tiers).toEqual(['near', 'far'])
    expect(await cache.getOrSet('a', () => 3, { forceRefresh: true, skipTiers: { write: ['far'] } })).toBe(3)
    expect((await cache.entry('a'))?.tiers).toEqual(['near'])
    expect(await cache.get('a', { skipTiers: ['near'] })).toBeUndefined()
    expect(await cache.getOrSet('a', () => 4)).toBe(3)
  })

  it('serves a stale value of the tiers that are read, and refreshes those that are written', async () => {
    const cache = twoTiers()
    await cache.set('a', 1, { ttl: 0, grace: '1h' })
    expect(await cache.getOrSet('a', () => 2, { skipTiers: { read: ['near'], write: ['near'] } })).toBe(1)
    await cache.idle()
    expect((await cache.entry('a'))?.tiers).toEqual(['far'])
    expect(await cache.get('a')).toBe(2)
  })

  it('reads one tier by itself in a batch of loads too', async () => {
    const cache = twoTiers()
    await cache.set('a', 1, { skipTiers: ['far'] })
    const load = (keys: readonly string[]) => new Map(keys.map((key) => [key, 5]))
    const { values } = await cache.getOrSetMany(['a', 'b'], load, { skipTiers: { read: ['near'] } })
    expect(values).toEqual(
      new Map([
        ['a', 5],
        ['b', 5],
      ]),
    )
  })

  it('must name tiers of the cache', async () => {
    const cache = twoTiers()
    await expect(cache.get('a', { skipTiers: ['nearby'] })).rejects.toThrow(
      'skipTiers must name tiers of the cache (near, far), got nearby (string)',
    )
    await expect(cache.set('a', 1, { skipTiers: 'near' as never })).rejects.toThrow(TypeError)
    await expect(cache.getOrSet('a', () => 1, { skipTiers: ['near'] as never })).rejects.toThrow(TypeError)
    await expect(cache.getOrSet('a', () => 1, { skipTiers: { read: ['x'] } })).rejects.toThrow(
      'skipTiers.read must name',
    )
  })

  it('must name tiers of the cache wherever it is given, also where no tier is asked', async () => {
    const cache = twoTiers()
    const message = 'must name tiers of the cache'
    const nowhere = { skipTiers: { read: ['nope'] } }
    let loads = 0
    const load = (): ReadonlyMap<string, number> => {
      loads++
      return new Map()
    }
    await cache.set('a', 1)
    await expect(cache.getOrSetMany(['a', 'b'], load, nowhere)).rejects.toThrow(message)
    await expect(cache.getOrSetMany([], load, nowhere)).rejects.toThrow(message)
    expect(loads).toBe(0)
    await expect(cache.set('a', 1, { ttl: 0, skipTiers: ['nope'] })).rejects.toThrow(message)
    await expect(cache.setMany([], { skipTiers: ['nope'] })).rejects.toThrow(message)
    await expect(cache.getMany([], { skipTiers: ['nope'] })).rejects.toThrow(message)
    expect(() => cache.wrap(() => 1, { key: () => 'a', ...nowhere })).toThrow(message)
    expect(await cache.get('a')).toBe(1)
  })

  it.each([null, '', {}, 5])('is an array of names, not %j', async (names) => {
    const cache = twoTiers()
    const message = 'must be an array of names of tiers'
    await expect(cache.get('a', { skipTiers: names as never })).rejects.toThrow(message)
    await expect(cache.set('a', 1, { skipTiers: names as never })).rejects.toThrow(message)
    await expect(cache.getOrSet('a', () => 1, { skipTiers: { write: names as never } })).rejects.toThrow(message)
  })

  it('is told before the reason of a signal that is aborted', async () => {
    const cache = twoTiers()
    const signal = AbortSignal.abort('left')
    const message = 'must name tiers of the cache'
    await expect(cache.get('a', { signal, skipTiers: ['nope'] })).rejects.toThrow(message)
    await expect(cache.getMany(['a'], { signal, skipTiers: ['nope'] })).rejects.toThrow(message)
    await expect(cache.getOrSet('a', () => 1, { signal, skipTiers: { read: ['nope'] } })).rejects.toThrow(message)
  })
})
