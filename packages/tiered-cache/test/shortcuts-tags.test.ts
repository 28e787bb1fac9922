import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { stampKey } from '../src/core/tags/stamp-keys.ts'
import { crash, type FewNode, FewNodes } from './few-nodes.fixture.ts'
import { settled } from './gated-tier.fixture.ts'
import { type TwoNodes, twoNodes } from './two-nodes.fixture.ts'

const TAGGED = { tags: ['x'] } as const
const DELETE = stampKey('x', 'delete')

/** Both nodes hold v1, with the tag, in memory and know its stamps. */
async function twoNodesWithTaggedV1(): Promise<TwoNodes> {
  const all = await twoNodes({ ttl: '1h', grace: '1h' })
  const { a, b } = all
  await a.cache.set('k', 'v1', TAGGED)
  await a.cache.idle()
  a.bus.run()
  b.bus.run()
  await b.cache.get('k')
  await b.cache.idle()
  return all
}

function slowTagged(node: FewNode): { readonly open: (value: string) => void; readonly loading: Promise<string> } {
  const value = gate<string>()
  return { open: (loaded) => value.open(loaded), loading: node.cache.getOrSet('k', () => value.promise, TAGGED) }
}

describe('A shortcut that is not taken: tags', () => {
  it('join a load that began before the tag was invalidated', async () => {
    const { nodes, a } = await twoNodes()
    const old = slowTagged(a)
    await settled()
    await expect(a.cache.invalidateTag('x')).resolves.toEqual({ reached: true })
    // It waits for the lease, and not for the value.
    const young = a.cache.getOrSet('k', () => 'v2', TAGGED)
    await settled()
    old.open('v1')
    await expect(old.loading).resolves.toBe('v1')
    await settled()
    await nodes.clock.advance('2s')
    await expect(young).resolves.toBe('v2')
    await a.cache.idle()
    await expect(a.cache.get('k')).resolves.toBe('v2')
  })

  it('join a load that knows nothing of the tag', async () => {
    const { nodes, a } = await twoNodes()
    const value = gate<string>()
    const untagged = a.cache.getOrSet('k', () => value.promise)
    await settled()
    const tagged = a.cache.getOrSet('k', () => 'tagged', TAGGED)
    await settled()
    value.open('untagged')
    await expect(untagged).resolves.toBe('untagged')
    await settled()
    await nodes.clock.advance('2s')
    await expect(tagged).resolves.toBe('tagged')
    await a.cache.idle()
    await expect(a.cache.get('k', TAGGED)).resolves.toBe('tagged')
    await a.cache.invalidateTag('x')
    await expect(a.cache.get('k', TAGGED)).resolves.toBeUndefined()
  })

  it('are stamped when the load ends', async () => {
    const { nodes, a, b } = await twoNodes()
    const old = slowTagged(a)
    await settled()
    // A has not heard of it when its load ends, and others have made the stamp anew.
    await b.cache.invalidateTag('x')
    await b.cache.set('other', 'v', TAGGED)
    await b.cache.idle()
    old.open('v1')
    await old.loading
    await a.cache.idle()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    a.bus.run()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    expect(nodes.value('other')).toBe('v')
  })

  it('believe a read of stamps that began before the message', async () => {
    const { a, b } = await twoNodesWithTaggedV1()
    // It knows no stamps of the tag any more, and its memory still has v1.
    await b.cache.invalidateTag('x', { mode: 'expire' })
    await b.cache.set('k', 'v1', TAGGED)
    await b.cache.idle()
    a.bus.run()
    await b.cache.get('k')
    b.redis.hold('get')
    b.bus.run()
    const memory = b.cache.get('other', TAGGED)
    await settled()
    for (const held of b.redis.held) held.takeEffect()
    await a.cache.invalidateTag('x')
    b.bus.run()
    for (const held of b.redis.held.slice()) held.answer()
    b.redis.hold()
    await memory
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('judge an entry of Redis by stamps that are known already', async () => {
    const { nodes, a, b } = await twoNodesWithTaggedV1()
    // B knows the stamps and has not heard; what it holds in memory is let alone.
    await a.cache.set('in Redis', 'v1', TAGGED)
    await a.cache.invalidateTag('x')
    expect(nodes.value('in Redis')).toBe('v1')
    await expect(b.cache.get('in Redis')).resolves.toBeUndefined()
    await expect(b.cache.get('in Redis', TAGGED)).resolves.toBeUndefined()
    await expect(b.cache.getMany(['in Redis', 'k2'])).resolves.toEqual(new Map())
    await expect(b.cache.getOrSet('in Redis', () => 'v2', TAGGED)).resolves.toBe('v2')
  })

  it('judge what another node has filled by stamps that are known already', async () => {
    const { a, b } = await twoNodesWithTaggedV1()
    b.redis.hold('acquire in')
    const loading = b.cache.getOrSet('in Redis', () => 'v2', TAGGED)
    await settled()
    await a.cache.set('in Redis', 'v1', TAGGED)
    await a.cache.invalidateTag('x')
    // The answer: there is a value, and it is fresh.
    b.redis.next('acquire in').answer()
    b.redis.hold()
    await expect(loading).resolves.toBe('v2')
  })

  it('use a stamp of a tag whose invalidation Redis has not acknowledged', async () => {
    const { nodes, a, b } = await twoNodesWithTaggedV1()
    await a.cache.set('in Redis', 'v1', TAGGED)
    await a.cache.idle()
    a.redis.isCut = true
    await expect(a.cache.invalidateTag('x')).resolves.toEqual({ reached: false })
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    const before = a.redis.begun.length
    a.redis.isCut = false
    a.redis.hold('delete')
    await nodes.clock.advance('2s')
    // Redis answers, the replay is under way: what it says of the tag is not asked for.
    await expect(a.cache.get('in Redis')).resolves.toBeUndefined()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    expect(a.redis.begun.slice(before).filter((name) => name.includes(DELETE) && name.startsWith('get'))).toEqual([])
    a.redis.next('delete').answer()
    a.redis.hold()
    await nodes.clock.advance('2s')
    await expect(a.cache.get('in Redis')).resolves.toBeUndefined()
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    await expect(b.cache.get('in Redis')).resolves.toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
  })

  it('bring a stamp back by a command of its load that comes late', async () => {
    const { nodes, a, b } = await twoNodes({ ttl: '1h' })
    a.redis.hold(`fill ${DELETE}`)
    await a.cache.set('k', 'v1', TAGGED)
    const fill = a.redis.next('fill')
    await b.cache.invalidateTag('x')
    fill.takeEffect()
    a.redis.hold()
    fill.answer()
    await a.cache.idle()
    expect(nodes.value(DELETE)).toBeUndefined()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('bring a stamp back by asking for its lease again', async () => {
    const { nodes, a, b } = await twoNodes({ ttl: '1h' })
    a.redis.hold(`acquire ${DELETE}`)
    const setting = a.cache.set('k', 'v1', TAGGED)
    await settled()
    a.redis.next('acquire').fail()
    await settled()
    a.redis.next('acquire').answer()
    a.redis.hold()
    await setting
    await a.cache.idle()
    await b.cache.invalidateTag('x')
    for (const late of a.redis.late) late()
    expect(nodes.value(DELETE)).toBeUndefined()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('bring a stamp back by letting it live for longer', async () => {
    const { nodes, a, b } = await twoNodesWithTaggedV1()
    const begun = a.redis.begun.length
    a.redis.hold(`acquire ${DELETE}`, `get ${DELETE}`)
    // Longer than the stamp lives: it is looked after behind the caller.
    await a.cache.set('longer', 'v1', { ...TAGGED, ttl: '30d' })
    await settled()
    while (a.redis.held[0]?.name.startsWith('get')) {
      a.redis.held[0].answer()
      await settled()
    }
    expect(a.redis.begun.slice(begun)).toContain(`acquire ${DELETE}`)
    await b.cache.invalidateTag('x')
    a.redis.hold()
    for (const held of a.redis.held.slice()) held.answer()
    await a.cache.idle()
    expect(nodes.value(DELETE)).toBeUndefined()
    await expect(b.cache.get('longer')).resolves.toBeUndefined()
  })

  it('bring a stamp back from a tier of the node', async () => {
    const nodes = new FewNodes()
    const layout = ['memory', 'disk', 'redis'] as const
    const [a, b] = [await nodes.start({ layout }), await nodes.start({ layout })]
    await a.cache.set('k', 'v1', TAGGED)
    await a.cache.idle()
    expect([...a.contents.keys()].filter((key) => key.includes('x'))).toEqual([])
    await b.cache.invalidateTag('x')
    nodes.redis.delete(DELETE)
    // It has v1 on its disk, with the stamp, and backfills nothing.
    crash(a)
    const again = await nodes.start({ layout, contents: a.contents })
    await expect(again.cache.get('k')).resolves.toBeUndefined()
    expect(nodes.value(DELETE)).toBeUndefined()
  })

  it('store what a write of the tag has overtaken while its stamps were asked for', async () => {
    const { nodes, a } = await twoNodes({ ttl: '1h' })
    a.redis.hold('get')
    const setting = a.cache.set('k', 'v1', TAGGED)
    await settled()
    await expect(a.cache.invalidateTag('x')).resolves.toEqual({ reached: true })
    a.redis.hold()
    for (const held of a.redis.held.slice()) held.answer()
    await setting
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
  })

  it('keep a stale value as not modified whose tag was deleted while its load waited', async () => {
    const { nodes, a, b } = await twoNodesWithTaggedV1()
    await nodes.clock.advance('61m')
    a.redis.hold('acquire')
    const loader = gate()
    const stale = a.cache.getOrSet(
      'k',
      async ({ notModified }) => {
        await loader.promise
        return notModified()
      },
      TAGGED,
    )
    await expect(stale).resolves.toBe('v1')
    await settled()
    a.redis.next('acquire').answer()
    a.redis.hold()
    await settled()
    await expect(a.cache.invalidateTag('x')).resolves.toEqual({ reached: true })
    loader.open()
    await a.cache.idle()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('take a value of another cache for current because that cache does', async () => {
    const nodes = new FewNodes()
    const contents = new Map()
    const held = {
      name: 'held',
      shared: false,
      sync: false,
      get: async (key: string) => contents.get(key),
      set: async (key: string, entry: unknown) => void contents.set(key, entry),
      delete: async (key: string) => void contents.delete(key),
    }
    const { TieredCache } = await import('@org/tiered-cache')
    const [first, second] = [1, 2].map(() => new TieredCache<string>({ tiers: [held as never], clock: nodes.clock }))
    await first?.set('k', 'v1', TAGGED)
    await first?.idle()
    await second?.invalidateTag('x')
    await expect(second?.get('k')).resolves.toBeUndefined()
  })

  it('forget what is known of a tag where Redis does not answer', async () => {
    const { nodes, a } = await twoNodesWithTaggedV1()
    const users = a.cache.namespace('users')
    await users.set('k', 'v1')
    a.redis.isCut = true
    // Each asks for stamps, in vain.
    await expect(a.cache.get('other', TAGGED)).resolves.toBeUndefined()
    await expect(users.get('other')).resolves.toBeUndefined()
    await expect(a.cache.get('k')).resolves.toBe('v1')
    await expect(users.get('k')).resolves.toBe('v1')
    await expect(users.getOrSet('loaded', () => 'v1')).resolves.toBe('v1')
    await users.get('another')
    await expect(users.get('loaded')).resolves.toBe('v1')
    a.redis.isCut = false
    await nodes.clock.advance('2s')
    await expect(a.cache.get('k')).resolves.toBe('v1')
  })

  it('go on with a stamp that was made while Redis was away', async () => {
    const { nodes, a, b } = await twoNodes({ ttl: '1h' })
    a.redis.isCut = true
    await a.cache.set('k', 'v1', TAGGED)
    a.redis.isCut = false
    await nodes.clock.advance('2s')
    for (let times = 0; times < 3; times++) {
      await a.cache.set('k', `v${times}`, TAGGED)
      await a.cache.idle()
      b.bus.run()
    }
    await expect(b.cache.get('k')).resolves.toBe('v2')
    await b.cache.invalidateTag('x')
    a.bus.run()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
  })
})
