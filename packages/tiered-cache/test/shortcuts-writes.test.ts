import { describe, expect, it } from 'vitest'
import { crash, FewNodes, type Layout } from './few-nodes.fixture.ts'
import { settled } from './gated-tier.fixture.ts'
import { twoNodes, twoNodesWithV1 } from './two-nodes.fixture.ts'

describe('A shortcut that is not taken: a delete', () => {
  it('is published before it is done', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    const before = nodes.messages
    a.redis.hold('delete')
    const deleting = a.cache.delete('k')
    await settled()
    expect(nodes.messages).toBe(before)
    a.redis.next('delete').answer()
    await deleting
    expect(nodes.messages).toBe(before + 1)
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('is acknowledged before it is published', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.publishing.hold('publish')
    const deleting = a.cache.delete('k')
    await nodes.clock.advance(250)
    await expect(deleting).resolves.toEqual({ reached: false })
    a.publishing.next('publish').fail()
    a.publishing.hold()
    await nodes.clock.advance('1s')
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('makes what was begun before it void, but not what was begun during it', async () => {
    const { a } = await twoNodesWithV1()
    a.redis.hold('delete', 'get')
    const deleting = a.cache.delete('k')
    const reading = a.cache.get('k')
    await settled()
    a.redis.next('get').takeEffect()
    a.redis.next('delete').answer()
    await deleting
    a.redis.next('get').answer()
    await expect(reading).resolves.toBe('v1')
    a.redis.hold()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
  })

  it.each(['get', 'getOrSet'] as const)('lets a later %s join a flight from before it', async (verb) => {
    const { a, b } = await twoNodes()
    await b.cache.set('k', 'v1')
    a.redis.hold('get')
    const read = (): Promise<string | undefined> =>
      verb === 'get' ? a.cache.get('k') : a.cache.getOrSet('k', () => 'v2')
    const before = read()
    await settled()
    const held = a.redis.next('get')
    held.takeEffect()
    a.redis.hold()
    await a.cache.delete('k')
    const after = read()
    held.answer()
    await expect(before).resolves.toBe('v1')
    await expect(after).resolves.toBe(verb === 'get' ? undefined : 'v2')
  })

  it('that failed leaves the key readable in Redis', async () => {
    const { nodes, a } = await twoNodesWithV1()
    a.redis.isCut = true
    await expect(a.cache.delete('k')).resolves.toEqual({ reached: false })
    a.redis.isCut = false
    expect(nodes.value('k')).toBe('v1')
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
  })

  it('that failed is sent again only when somebody asks, or without being published', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.redis.isCut = true
    await a.cache.delete('k')
    a.redis.isCut = false
    await nodes.clock.advance('1s')
    expect(nodes.value('k')).toBeUndefined()
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
  })

  it('that could not be published is a fault of Redis', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.cutBus(true)
    for (let at = 0; at < 10; at++) await a.cache.delete(`k${at}`)
    await expect(a.cache.delete('k')).resolves.toEqual({ reached: false })
    expect(a.cache.stats().tiers['redis']).toMatchObject({ faults: 0, breaker: 'closed', pending: 11 })
    a.cutBus(false)
    await nodes.clock.advance('1s')
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('because the source has nothing any more is not told', async () => {
    const { nodes, a, b } = await twoNodesWithV1({ ttl: '1s', grace: '1h' })
    await nodes.clock.advance('1s')
    await a.cache.getOrSet('k', () => undefined as unknown as string)
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
    b.bus.run()
    await expect(b.cache.entry('k')).resolves.toBeUndefined()
  })
})

describe('A shortcut that is not taken: a set', () => {
  it.each(['stake', 'fill'])('is one command, which may be executed late (%s)', async (late) => {
    const { nodes, a, b } = await twoNodes()
    a.redis.hold(late)
    const setting = a.cache.set('k', 'v2')
    await nodes.clock.advance(250)
    await expect(setting).resolves.toEqual({ reached: false })
    await b.cache.set('k', 'v3')
    await expect(b.cache.delete('k')).resolves.toEqual({ reached: true })
    a.redis.hold()
    a.redis.next(late).answer()
    await settled()
    expect(nodes.value('k')).toBeUndefined()
    expect(a.redis.count('fill')).toBe(late === 'fill' ? 1 : 0)
  })

  it.each<[Layout]>([[['memory', 'redis']], [['memory', 'disk', 'redis']]])(
    'keeps its value though a message came before its answer (%s)',
    async (layout) => {
      const { a, b } = await twoNodes({ layout })
      a.redis.hold('fill')
      const setting = a.cache.set('k', 'v2')
      await settled()
      a.redis.next('fill').takeEffect()
      await b.cache.delete('k')
      a.bus.run()
      a.redis.next('fill').answer()
      await setting
      await expect(a.cache.get('k')).resolves.toBeUndefined()
    },
  )

  it.each([true, false])('keeps its value though its fill was refused (with a bus: %s)', async (hasBus) => {
    const { nodes, a, b } = await twoNodes({ layout: ['memory', 'disk', 'redis'], hasBus })
    a.redis.hold('fill')
    const setting = a.cache.set('k', 'v2')
    await settled()
    await b.cache.delete('k')
    a.redis.next('fill').answer()
    await expect(setting).resolves.toEqual({ reached: true })
    await a.cache.idle()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    expect([nodes.value('k'), a.contents.has('k')]).toEqual([undefined, false])
  })

  it('is acknowledged on the strength of one that then fails half-way', async () => {
    const { nodes, a, b } = await twoNodesWithV1({}, new FewNodes(true))
    a.redis.hold('fill')
    const setting = a.cache.set('k', 'v2')
    await settled()
    b.redis.hold('fill')
    void b.cache.set('k', 'v3')
    await settled()
    crash(b)
    a.redis.next('fill').answer()
    await expect(setting).resolves.toEqual({ reached: true })
    expect(nodes.value('k')).not.toBe('v1')
  })

  it('is published before its fill', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    const before = nodes.messages
    a.redis.hold('fill')
    const setting = a.cache.set('k', 'v2')
    await settled()
    expect(nodes.messages).toBe(before)
    a.redis.next('fill').answer()
    await setting
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBe('v2')
  })

  it('goes on when its caller has been answered, because its turn came late', async () => {
    const { nodes, a, b } = await twoNodes()
    a.redis.hold('delete', 'stake')
    const deleting = a.cache.delete('k')
    const setting = a.cache.set('k', 'v2')
    await nodes.clock.advance(249)
    a.redis.next('delete').answer()
    await deleting
    await nodes.clock.advance(1)
    await expect(setting).resolves.toEqual({ reached: false })
    await b.cache.set('k', 'v3')
    await expect(b.cache.delete('k')).resolves.toEqual({ reached: true })
    a.redis.next('stake').answer()
    await settled()
    expect(nodes.value('k')).toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(1)
    a.redis.hold()
    await nodes.clock.advance('1s')
    await a.cache.idle()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
  })

  it('that failed is sent again as a value', async () => {
    const { nodes, a, b } = await twoNodes()
    a.redis.hold('fill')
    const setting = a.cache.set('k', 'v2')
    await nodes.clock.advance(250)
    await setting
    a.redis.next('fill').fail()
    a.redis.hold()
    await b.cache.set('k', 'v3')
    await nodes.clock.advance('2s')
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
  })
})
