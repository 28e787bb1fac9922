import { type Entry, memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it } from 'vitest'

function asynchronous(): Tier {
  const entries = new Map<string, Entry>()
  return {
    name: 'long',
    shared: false,
    sync: false,
    get: async (key) => entries.get(key),
    set: async (key, entry) => void entries.set(key, entry),
    delete: async (key) => void entries.delete(key),
  }
}

const away = (): Promise<string> => Promise.reject(new Error('away'))

describe('A remembered error', () => {
  it('ends where a tag is invalidated, whatever the tag', async () => {
    const cache = new TieredCache<string>()
    await expect(cache.getOrSet('a', away, { negativeErrors: () => '1m', tags: ['x'] })).rejects.toThrow('away')
    await expect(cache.getOrSet('a', () => 'v', { tags: ['x'] })).rejects.toThrow('away')
    await cache.invalidateTag('x')
    await expect(cache.getOrSet('a', () => 'v', { tags: ['x'] })).resolves.toBe('v')
  })

  it('ends where its namespace is cleared', async () => {
    const users = new TieredCache<string>().namespace<string>('users')
    await expect(users.getOrSet('a', away, { negativeErrors: () => '1m' })).rejects.toThrow('away')
    await users.clear()
    await expect(users.getOrSet('a', () => 'v')).resolves.toBe('v')
  })
})

describe('The cooldown of a failed refresh', () => {
  it('ends with a load that succeeds', async () => {
    const clock = new ManualClock()
    const cache = new TieredCache<string>({
      tiers: [memoryTier()],
      clock,
      ttl: '1s',
      grace: '1m',
      refreshCooldown: '30s',
    })
    await cache.set('a', 'v1')
    await clock.advance('1s')
    await cache.getOrSet('a', away)
    await cache.idle()
    await expect(cache.getOrSet('a', () => 'v2', { forceRefresh: true })).resolves.toBe('v2')
    await clock.advance('1s')
    await expect(cache.getOrSet('a', () => 'v3')).resolves.toBe('v2')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBe('v3')
  })
})

describe('refreshAhead over a tier that keeps a copy for a shorter time', () => {
  it('takes what lies below while that is not due', async () => {
    const clock = new ManualClock()
    const tiers = [memoryTier({ name: 'short', ttl: '10s' }), asynchronous()]
    const cache = new TieredCache<string>({ tiers, clock, ttl: '1h', refreshAhead: 0.8 })
    await cache.getOrSet('a', () => 'v1')
    for (let second = 0; second < 60; second++) {
      await clock.advance('1s')
      await expect(cache.getOrSet('a', () => 'v2')).resolves.toBe('v1')
      await cache.idle()
    }
    expect(cache.stats().loads).toBe(1)
    await clock.advance('50m')
    await cache.getOrSet('a', () => 'v2')
    await cache.idle()
    expect(cache.stats().loads).toBe(2)
  })
})

describe('explain', () => {
  it('names the end of the copy that lives longest', async () => {
    const clock = new ManualClock()
    const tiers = [memoryTier({ name: 'short', ttl: '10s' }), memoryTier({ name: 'long' })]
    const cache = new TieredCache<string>({ tiers, clock, ttl: '1s', grace: '1h' })
    await cache.set('a', 'v')
    await clock.advance('2s')
    expect(await cache.explain('a')).toContain('it is gone in 59 min 59 s')
  })

  it('says that a load is not made: an error is remembered, the source is left alone, nothing was found', async () => {
    const clock = new ManualClock()
    const cache = new TieredCache<string>({ clock, ttl: '1s', grace: '1h', negativeTtl: '1m' })
    await cache.getOrSet('failing', away, { negativeErrors: () => '1m' }).catch(() => {})
    expect(await cache.explain('failing')).toContain('getOrSet gives the error that is remembered')
    expect(await cache.explain('other')).toContain('get misses; getOrSet loads')
    await cache.getOrSet('absent', () => undefined)
    expect(await cache.explain('absent')).toContain('get and getOrSet give undefined, without a load')
    await cache.set('cooling', 'v')
    await clock.advance('1s')
    expect(await cache.explain('cooling')).toContain('gives the stale value and renews it')
    await cache.getOrSet('cooling', away)
    await cache.idle()
    expect(await cache.explain('cooling')).toContain('a failed refresh has the source left alone')
  })
})
