import { describe, expect, it } from 'vitest'
import { settled } from './gated-tier.fixture.ts'
import { twoNodes, twoNodesWithV1 } from './two-nodes.fixture.ts'

const keysTo = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `key:${at}`)

describe('Telling the other nodes', () => {
  it('takes one message for all writes of one turn', async () => {
    const { nodes, a, b } = await twoNodes()
    const keys = keysTo(500)
    const before = nodes.messages
    await a.cache.setMany(keys.map((key) => [key, 'v1']))
    expect(nodes.messages - before).toBe(1)
    await a.cache.deleteMany(keys)
    expect(nodes.messages - before).toBe(2)
    b.bus.run()
    await expect(b.cache.getMany(keys)).resolves.toEqual(new Map())
  })

  it('that fails leaves Redis alone: the key is read there, and no command is sent again', async () => {
    const { nodes, a } = await twoNodesWithV1()
    a.cutBus(true)
    await expect(a.cache.set('k', 'v2')).resolves.toEqual({ reached: false })
    await expect(a.cache.delete('gone')).resolves.toEqual({ reached: false })
    expect(a.cache.stats().tiers['redis']?.pending).toBe(2)
    const before = a.redis.begun.length
    for (let second = 0; second < 20; second++) await nodes.clock.advance('1s')
    expect(a.redis.begun.slice(before).filter((name) => !name.startsWith('get'))).toEqual([])
    expect(nodes.value('k')).toBe('v2')
    // Another cache over the same tier is not in the way of what Redis has.
    await expect(a.cache.get('k')).resolves.toBe('v2')
  })

  it('that failed is done again in few messages once the bus is back', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.cutBus(true)
    const keys = [...keysTo(2_500), 'k']
    await a.cache.deleteMany(keys)
    expect(a.cache.stats().tiers['redis']?.pending).toBe(2_501)
    const before = nodes.messages
    a.cutBus(false)
    await nodes.clock.advance('1s')
    await a.cache.idle()
    expect(nodes.messages - before).toBe(3)
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('is one clear where too many keys wait for it', { timeout: 60_000 }, async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.cutBus(true)
    await a.cache.deleteMany([...keysTo(10_000), 'k'])
    expect(a.cache.stats().tiers['redis']?.pending).toBe(1)
    const before = nodes.messages
    a.cutBus(false)
    await nodes.clock.advance('1s')
    await a.cache.idle()
    expect(nodes.messages - before).toBe(1)
    expect([a.redis.count('clear'), a.cache.stats().tiers['redis']?.pending]).toEqual([0, 0])
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('of a write during a message of an older one is not taken for done with that', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.publishing.hold('publish')
    const first = a.cache.delete('k')
    await settled()
    const older = a.publishing.next('publish')
    older.takeEffect()
    await nodes.clock.advance(250)
    await first
    b.bus.run()
    await b.cache.set('k', 'v3')
    await a.cache.delete('k')
    older.answer()
    await settled()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(1)
    a.publishing.hold()
    await nodes.clock.advance('1s')
    await a.cache.idle()
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })
})
