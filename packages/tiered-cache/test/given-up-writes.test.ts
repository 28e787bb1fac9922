import { type Tier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { type Gate, gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { crash, FewNodes } from './few-nodes.fixture.ts'
import { settled } from './gated-tier.fixture.ts'
import { RedisModel } from './redis-model.fixture.ts'
import { RedisModelTier } from './redis-model-tier.fixture.ts'
import { twoNodes, twoNodesWithV1 } from './two-nodes.fixture.ts'
import { Wire } from './wire.fixture.ts'

/** Two caches over one Redis without a bus; the first makes its records ahead, when the test says so. */
function slowToPrepare() {
  const clock = new ManualClock()
  const redis = new RedisModel(() => clock.now())
  const model = new RedisModelTier(redis, new Wire(), clock)
  let ready: Gate<void> | undefined
  const tier: Tier = {
    name: 'redis',
    shared: true,
    sync: false,
    lease: model.lease,
    get: (key) => model.get(key),
    set: (key, entry) => model.set(key, entry),
    delete: (key) => model.delete(key),
    clear: () => model.clear(),
    prepare: () => ready?.promise.then(() => 0) ?? 0,
  }
  const cache = new TieredCache<string>({ tiers: [tier], clock, ttl: '1h' })
  const other = new TieredCache<string>({ tiers: [new RedisModelTier(redis, new Wire(), clock)], clock, ttl: '1h' })
  /** A set whose record takes until the gate is opened. */
  const setSlowly = async (value: string) => {
    const opening = gate()
    ready = opening
    const setting = cache.set('k', value)
    await settled()
    ready = undefined
    return { setting, go: () => opening.open() }
  }
  return { clock, redis, cache, other, setSlowly }
}

describe('A write that takes long to prepare', () => {
  it.each(['delete', 'set'] as const)('does not land on a %s that was acknowledged meanwhile', async (verb) => {
    const { clock, redis, cache, other, setSlowly } = slowToPrepare()
    const { setting, go } = await setSlowly('v1')
    await clock.advance('2600ms')
    await expect(verb === 'set' ? cache.set('k', 'v2') : cache.delete('k')).resolves.toEqual({ reached: true })
    go()
    await expect(setting).resolves.toEqual({ reached: false })
    await settled()
    const newest = verb === 'set' ? 'v2' : undefined
    expect(redis.get('k')?.entry?.value).toBe(newest)
    await expect(other.get('k')).resolves.toBe(newest)
  })

  it('does not survive a clear', async () => {
    const { cache, other, setSlowly } = slowToPrepare()
    const { setting, go } = await setSlowly('v1')
    const clearing = cache.clear()
    go()
    await Promise.all([setting, clearing])
    for (const each of [cache, other]) await expect(each.get('k')).resolves.toBeUndefined()
  })
})

describe('A set that is not awaited before a clear', () => {
  it('is gone from every node', async () => {
    const { a, b } = await twoNodes()
    await Promise.all([a.cache.set('k', 'old'), a.cache.clear()])
    b.bus.run()
    for (const { cache } of [a, b]) await expect(cache.get('k')).resolves.toBeUndefined()
  })
})

describe('A bus that gives no answer', () => {
  it('holds up no second write to a key: nothing is deleted for it', async () => {
    const { nodes, a } = await twoNodes({ ttl: '1h' })
    a.publishing.hold('publish')
    const both = [a.cache.set('k', 'v1'), a.cache.set('k', 'v2')]
    await nodes.clock.advance(250)
    await nodes.clock.advance(10)
    await Promise.all(both)
    for (let second = 0; second < 4; second++) await nodes.clock.advance('1s')
    expect([a.redis.count('delete'), nodes.value('k')]).toEqual([0, 'v2'])
  })

  it('holds up no read after a clear: leases are taken as before', async () => {
    const { nodes, a } = await twoNodes({ ttl: '1h' })
    a.publishing.hold('publish')
    const clearing = a.cache.clear()
    await settled()
    await a.cache.getOrSet('k', () => 'v')
    expect(a.redis.count('acquire')).toBe(1)
    await nodes.clock.advance(250)
    await clearing
  })

  it('and is back when a cache closes is told what it has not taken', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.cutBus(true)
    await expect(a.cache.delete('k')).resolves.toEqual({ reached: false })
    a.cutBus(false)
    const closing = a.cache.close()
    await nodes.clock.advance('5s')
    await closing
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })
})

describe('A clear that is not finished in a private tier', () => {
  it('is done again after a crash, though its message was read', async () => {
    const nodes = new FewNodes()
    const options = { layout: ['disk', 'redis'], ttl: '1h' } as const
    const a = await nodes.start(options)
    const b = await nodes.start({ layout: ['redis'], ttl: '1h' })
    await a.cache.set('k', 'v1')
    a.bus.run()
    await nodes.clock.advance('2s')
    await a.cache.idle()
    // What is heard is noted a second later.
    await b.cache.delete('other')
    a.bus.run()
    await nodes.clock.advance(990)
    a.disk.hold('clear')
    void a.cache.clear()
    await settled()
    a.bus.run()
    await nodes.clock.advance(15)
    await settled()
    crash(a)
    const again = await nodes.start({ ...options, contents: a.contents })
    await expect(again.cache.get('k')).resolves.toBeUndefined()
  })
})
