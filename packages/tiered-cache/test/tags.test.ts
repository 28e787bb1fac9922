import { keyvTier, localBus, memoryTier, type Tier, TieredCache, type TieredCacheOptions } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { Keyv } from 'keyv'
import { describe, expect, it } from 'vitest'
import { stampKey } from '../src/core/tags/stamp-keys.ts'
import { FewNodes } from './few-nodes.fixture.ts'
import { GatedTier } from './gated-tier.fixture.ts'
import { lastingTier } from './lasting-tier.fixture.ts'
import { Wire } from './wire.fixture.ts'

type Made = Pick<TieredCacheOptions<number>, 'tiers' | 'bus'>

/** The tiers of one node, by what it is made of. */
const SET_UPS: readonly (readonly [string, () => Made])[] = [
  ['memory alone', () => ({ tiers: [memoryTier()] })],
  ['memory and a bus', () => ({ tiers: [memoryTier()], bus: localBus() })],
  ['memory over a disk', () => ({ tiers: [memoryTier(), lastingTier(new Map(), new Wire())] })],
  ['a disk alone', () => ({ tiers: [lastingTier(new Map(), new Wire())] })],
  ['memory over Keyv', () => ({ tiers: [memoryTier(), keyvTier(new Keyv())] })],
  ['memory over a shared tier without leases', () => ({ tiers: [memoryTier(), new GatedTier({ shared: true })] })],
]

describe.each(SET_UPS)('A tag where there is %s', (_, made) => {
  it('ends what was stored with it', async () => {
    const cache = new TieredCache<number>(made())
    await cache.ready()
    await cache.set('a', 1, { tags: ['x'] })
    await cache.set('b', 2, { tags: ['y'] })
    await expect(cache.invalidateTag('x')).resolves.toEqual({ reached: true })
    expect(cache.getSync('a')).toBeUndefined()
    await expect(cache.get('a')).resolves.toBeUndefined()
    await expect(cache.has('a')).resolves.toBe(false)
    await expect(cache.entry('a')).resolves.toBeUndefined()
    await expect(cache.getMany(['a', 'b'])).resolves.toEqual(new Map([['b', 2]]))
    await expect(cache.getOrSet('a', () => 3, { tags: ['x'] })).resolves.toBe(3)
    await cache.idle()
    await expect(cache.get('a')).resolves.toBe(3)
    await cache.close()
  })

  it('makes stale what was stored with it, and only that', async () => {
    const cache = new TieredCache<number>({ ...made(), grace: '1h' })
    await cache.ready()
    await cache.set('a', 1, { tags: ['x', 'y'] })
    await cache.set('b', 2, { tags: ['y'] })
    await cache.invalidateTag('x', { mode: 'expire' })
    await expect(cache.get('a')).resolves.toBeUndefined()
    await expect(cache.get('b')).resolves.toBe(2)
    await expect(cache.getOrSet('a', () => 3, { tags: ['x'] })).resolves.toBe(1)
    await cache.idle()
    await expect(cache.get('a')).resolves.toBe(3)
    // Whoever deletes needs no stale value.
    await cache.invalidateTag(['x', 'y'])
    await expect(cache.getOrSet('b', () => 4, { tags: ['y'] })).resolves.toBe(4)
    await cache.close()
  })

  it('is required of an entry by a read that names it', async () => {
    const cache = new TieredCache<number>(made())
    await cache.ready()
    await cache.set('a', 1)
    await cache.set('b', 1, { tags: ['x'] })
    await expect(cache.get('a', { tags: ['x'] })).resolves.toBeUndefined()
    await expect(cache.get('b', { tags: ['x'] })).resolves.toBe(1)
    await expect(cache.get('b', { tags: ['x', 'y'] })).resolves.toBeUndefined()
    await expect(cache.getOrSet('a', () => 2, { tags: ['x'] })).resolves.toBe(2)
    await cache.idle()
    await expect(cache.get('a', { tags: ['x'] })).resolves.toBe(2)
    await cache.close()
  })

  it('of a namespace is another than that of the cache', async () => {
    const cache = new TieredCache<number>(made())
    await cache.ready()
    const [users, orders] = [cache.namespace<number>('users'), cache.namespace<number>('orders')]
    for (const [at, each] of [cache, users, orders].entries()) await each.set('a', at, { tags: ['x'] })
    await users.invalidateTag('x')
    await expect(users.get('a')).resolves.toBeUndefined()
    await expect(Promise.all([cache.get('a'), orders.get('a')])).resolves.toEqual([0, 2])
    await cache.invalidateTag('x')
    await expect(Promise.all([cache.get('a'), orders.get('a')])).resolves.toEqual([undefined, 2])
    await cache.close()
  })

  it('is there again after a clear of everything', async () => {
    const cache = new TieredCache<number>(made())
    await cache.ready()
    await cache.set('a', 1, { tags: ['x'] })
    await cache.clear()
    await cache.set('a', 2, { tags: ['x'] })
    await expect(cache.get('a')).resolves.toBe(2)
    await cache.invalidateTag('x')
    await expect(cache.get('a')).resolves.toBeUndefined()
    await cache.close()
  })
})

describe('Tags', () => {
  it('survive the process with a disk, and so does their invalidation', async () => {
    const contents = new Map()
    const node = (): TieredCache<number> =>
      new TieredCache({ tiers: [memoryTier(), lastingTier(contents, new Wire())] })
    const first = node()
    await first.set('kept', 1, { tags: ['kept'] })
    await first.set('deleted', 1, { tags: ['deleted'] })
    await first.invalidateTag('deleted')
    await first.close()
    const second = node()
    await expect(second.get('kept')).resolves.toBe(1)
    await expect(second.get('deleted')).resolves.toBeUndefined()
    await second.invalidateTag('kept')
    await second.close()
    await expect(node().get('kept')).resolves.toBeUndefined()
  })

  it('are heard of by other nodes over a bus without a shared tier', async () => {
    const bus = localBus()
    const [a, b] = [0, 1].map(() => new TieredCache<number>({ tiers: [memoryTier()], bus })) as [
      TieredCache<number>,
      TieredCache<number>,
    ]
    await Promise.all([a.ready(), b.ready()])
    for (const cache of [a, b]) await cache.set(cache === a ? 'a' : 'b', 1, { tags: ['x'] })
    await a.invalidateTag('x')
    await expect(b.get('b')).resolves.toBeUndefined()
    await Promise.all([a.close(), b.close()])
  })

  it('are invalidated on this node while Redis is away, and everywhere when it is back', async () => {
    const nodes = new FewNodes()
    const [a, b] = [await nodes.start({ ttl: '1h' }), await nodes.start({ ttl: '1h' })]
    for (const key of ['k', 'in Redis']) await a.cache.set(key, 'v1', { tags: ['x'] })
    await a.cache.idle()
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBe('v1')
    a.redis.isCut = true
    await expect(a.cache.invalidateTag('x')).resolves.toEqual({ reached: false })
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    await expect(a.cache.get('in Redis')).resolves.toBeUndefined()
    await expect(b.cache.get('k')).resolves.toBe('v1')
    a.redis.isCut = false
    await nodes.clock.advance('3s')
    b.bus.run()
    for (const { cache } of [a, b])
      for (const key of ['k', 'in Redis']) await expect(cache.get(key)).resolves.toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
  })

  it('keep a hit a hit: what was judged anew is judged no more', async () => {
    const nodes = new FewNodes()
    const a = await nodes.start({ ttl: '1h' })
    for (const key of ['k1', 'k2']) await a.cache.set(key, 'v1', { tags: ['x'] })
    await a.cache.idle()
    // Another node has tried to invalidate it, and did not get far.
    nodes.redis.append({ origin: 'another', action: 'delete', keys: [stampKey('x', 'delete')] })
    a.bus.run()
    expect(a.cache.getSync('k1')).toBeUndefined()
    for (const key of ['k1', 'k2']) {
      await expect(a.cache.get(key)).resolves.toBe('v1')
      expect(a.cache.getSync(key)).toBe('v1')
    }
  })

  it('cost one delete each, however many entries have them, and no list of them', async () => {
    const costs: Record<number, readonly string[]> = {}
    for (const count of [10, 10_000]) {
      const nodes = new FewNodes()
      const a = await nodes.start({ ttl: '1h' })
      for (let at = 0; at < count; at++) await a.cache.set(`k${at}`, 'v', { tags: ['x'] })
      await a.cache.idle()
      const begun = a.redis.begun.length
      await a.cache.invalidateTag('x')
      costs[count] = a.redis.begun.slice(begun)
      expect(nodes.messages).toBeGreaterThan(0)
    }
    expect(costs[10]).toHaveLength(1)
    expect(costs[10_000]).toEqual(costs[10])
  })

  it('visit no entry of a memory tier when they are invalidated', async () => {
    const memory = memoryTier({ maxEntries: 200_000 })
    const calls: string[] = []
    const watched = new Proxy(memory, {
      get: (tier, name) => {
        const member: unknown = Reflect.get(tier, name, tier)
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => {
          calls.push(String(name))
          return Reflect.apply(member, tier, args) as unknown
        }
      },
    }) as Tier
    const cache = new TieredCache<number>({ tiers: [watched], clock: new ManualClock() })
    for (let at = 0; at < 100_000; at++) await cache.set(`k${at}`, at, { tags: ['x'] })
    calls.length = 0
    await cache.invalidateTag('x')
    expect(calls).toEqual([])
    await expect(cache.get('k99999')).resolves.toBeUndefined()
    await expect(cache.get('k0')).resolves.toBeUndefined()
  })
})
