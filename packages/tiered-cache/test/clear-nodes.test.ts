import { describe, expect, it } from 'vitest'
import { settled } from './gated-tier.fixture.ts'
import { twoNodes, twoNodesWithV1 } from './two-nodes.fixture.ts'

const keysTo = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `key:${at}`)

describe('A clear over many nodes', () => {
  it('empties Redis in one command, and the private tiers of the others with one message', async () => {
    const { nodes, a, b } = await twoNodesWithV1({ layout: ['memory', 'disk', 'redis'] })
    const before = nodes.messages
    await expect(a.cache.clear()).resolves.toEqual({ reached: true })
    expect([a.redis.count('clear'), a.redis.count('delete'), nodes.messages - before]).toEqual([1, 0, 1])
    b.bus.run()
    await b.cache.idle()
    for (const { cache } of [a, b]) await expect(cache.get('k')).resolves.toBeUndefined()
  })

  it('keeps nothing of a load that began before it, on any node', async () => {
    const { nodes, a, b } = await twoNodes()
    a.redis.hold('fill')
    const loading = a.cache.getOrSet('k', () => 'v1')
    await settled()
    await b.cache.clear()
    a.bus.run()
    a.redis.next('fill').answer()
    await expect(loading).resolves.toBe('v1')
    await a.cache.idle()
    for (const { cache } of [a, b]) await expect(cache.get('k')).resolves.toBeUndefined()
    expect(nodes.value('k')).toBeUndefined()
  })

  it('does not empty the node that told of it again when its own message comes', async () => {
    const { a } = await twoNodes()
    await a.cache.clear()
    await a.cache.set('k', 'v2')
    a.bus.run()
    expect(a.cache.getSync('k')).toBe('v2')
  })

  it('that Redis did not take is taken and told when it is back', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.redis.isCut = true
    await expect(a.cache.clear()).resolves.toEqual({ reached: false })
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    a.redis.isCut = false
    await nodes.clock.advance('1s')
    await nodes.clock.advance('1s')
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
  })

  it('that the bus did not take is told when it is back, and says so', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.cutBus(true)
    await expect(a.cache.clear()).resolves.toEqual({ reached: false })
    expect(nodes.value('k')).toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(1)
    a.cutBus(false)
    await nodes.clock.advance('1s')
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
    expect(a.redis.count('clear')).toBe(1)
  })

  it('stands for the keys of an outage where they are too many to keep apart', { timeout: 60_000 }, async () => {
    const { nodes, a, b } = await twoNodes()
    const keys = keysTo(10_001)
    await a.cache.setMany(keys.map((key) => [key, 'v1']))
    a.bus.run()
    b.bus.run()
    await b.cache.getMany(keys.slice(0, 100))
    a.redis.isCut = true
    await expect(a.cache.deleteMany(keys)).resolves.toEqual({ reached: false })
    expect(a.cache.stats().tiers['redis']?.pending).toBeLessThan(10_001)
    a.redis.isCut = false
    const before = nodes.messages
    await nodes.clock.advance('1s')
    await nodes.clock.advance('1s')
    await a.cache.idle()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
    expect(nodes.messages - before).toBeLessThan(100)
    b.bus.run()
    for (const { cache } of [a, b]) await expect(cache.getMany(keys)).resolves.toEqual(new Map())
  })
})
