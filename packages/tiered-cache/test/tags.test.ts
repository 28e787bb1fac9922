import { describe, expect, it } from 'vitest'
import { memoryTier, TieredCache } from '@org/tiered-cache'

describe('A tag in a memory cache', () => {
  it('ends what was stored with it', async () => {
    const cache = new TieredCache<number>()
    await cache.set('a', 1, { tags: ['x'] })
    await cache.set('b', 2, { tags: ['y'] })
    expect(cache.getSync('a')).toBe(1)
    expect(await cache.invalidateTag('x')).toEqual({ reached: true })
    expect(cache.getSync('a')).toBeUndefined()
    expect(await cache.get('a')).toBeUndefined()
    expect(await cache.has('a')).toBe(false)
    expect(await cache.entry('a')).toBeUndefined()
    expect((await cache.getMany(['a', 'b'])).size).toBe(1)
    expect(await cache.get('b')).toBe(2)
  })

  it('makes stale what was stored with it', async () => {
    const cache = new TieredCache<number>({ tiers: [memoryTier()] })
    await cache.set('a', 1, { tags: ['x'] })
    await cache.invalidateTag('x', { mode: 'expire' })
    expect(await cache.get('a')).toBeUndefined()
    expect(await cache.getOrSet('a', () => 2, { tags: ['x'] })).toBe(1)
    await cache.idle()
    expect(await cache.getOrSet('a', () => 3, { tags: ['x'] })).toBe(2)
    console.log(await cache.explain('a'))
  })

  it('is required by a read that names it', async () => {
    const cache = new TieredCache<number>({ tiers: [memoryTier()] })
    await cache.set('a', 1)
    expect(await cache.get('a', { tags: ['x'] })).toBeUndefined()
    expect(await cache.getOrSet('a', () => 2, { tags: ['x'] })).toBe(2)
    expect(await cache.get('a', { tags: ['x'] })).toBe(2)
  })

  it('is cleared with its namespace', async () => {
    const cache = new TieredCache<number>({ tiers: [memoryTier()] })
    const users = cache.namespace('users')
    await users.set('a', 1)
    await cache.set('a', 2)
    expect(users.getSync('a')).toBe(1)
    await users.clear()
    expect(await users.get('a')).toBeUndefined()
    expect(await cache.get('a')).toBe(2)
  })
})
