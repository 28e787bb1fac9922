import { describe, expect, it } from 'vitest'
import { FewNodes } from './few-nodes.fixture.ts'
import { settled } from './gated-tier.fixture.ts'
import { twoNodes, twoNodesWithV1, type TwoNodes } from './two-nodes.fixture.ts'

/** All commands and messages have come. */
async function rest({ nodes, a, b }: TwoNodes): Promise<void> {
  for (let second = 0; second < 3; second++) {
    for (const { bus } of [a, b]) bus.run()
    await nodes.clock.advance('1s')
    await Promise.all([a, b].map(({ cache }) => cache.idle()))
  }
}

/** Redis is away for all nodes, or back. */
function cutAll({ a, b }: TwoNodes, isCut: boolean): void {
  for (const node of [a, b]) {
    node.cutBus(isCut)
    node.redis.isCut = isCut
  }
}

describe('A failover that loses the last moments', () => {
  it.each(['delete', 'set', 'clear'] as const)('brings back nothing that a %s had overwritten', async (verb) => {
    const all = await twoNodesWithV1({ layout: ['memory', 'disk', 'redis'] })
    const { nodes, a, b } = all
    const failOver = nodes.redis.replicate()
    const { cache } = a
    const write = { delete: () => cache.delete('k'), set: () => cache.set('k', 'v2'), clear: () => cache.clear() }
    await expect(write[verb]()).resolves.toEqual({ reached: true })
    b.bus.run()
    failOver()
    expect(nodes.value('k')).toBe('v1')
    await rest(all)
    expect(nodes.value('k')).toBeUndefined()
    for (const node of [a, b]) await expect(node.cache.get('k')).resolves.toBeUndefined()
  })

  it('may take as long as it likes', async () => {
    const all = await twoNodesWithV1({ ttl: '1h' })
    const { nodes, a } = all
    await rest(all)
    const failOver = nodes.redis.replicate()
    await a.cache.delete('k')
    cutAll(all, true)
    await nodes.clock.advance('45s')
    failOver()
    cutAll(all, false)
    await rest(all)
    expect(nodes.value('k')).toBeUndefined()
  })

  it('costs nothing that was written longer before it', async () => {
    const all = await twoNodesWithV1({ ttl: '1h' })
    const { nodes, a } = all
    await nodes.clock.advance('11s')
    await rest(all)
    const failOver = nodes.redis.replicate()
    await a.cache.delete('other')
    failOver()
    await rest(all)
    expect([a.redis.count('delete k'), a.redis.count('delete other')]).toEqual([0, 2])
    expect(nodes.value('k')).toBe('v1')
  })

  it('brings back nothing where no tier is shared: the message is told again', async () => {
    const all = await twoNodes({ layout: ['memory'], ttl: '1h' })
    const { nodes, a, b } = all
    await b.cache.set('k', 'v1')
    a.bus.run()
    b.bus.run()
    const failOver = nodes.redis.replicate()
    await a.cache.delete('k')
    failOver()
    await rest(all)
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })
})

describe('A gap', () => {
  it('at the start of a node deletes nothing that it has set by then', async () => {
    const nodes = new FewNodes()
    const a = nodes.begin({ ttl: '1h' })
    await settled()
    await expect(a.cache.set('k', 'v1')).resolves.toEqual({ reached: true })
    a.bus.run()
    for (let second = 0; second < 2; second++) await nodes.clock.advance('1s')
    await a.cache.idle()
    await expect(a.cache.get('k')).resolves.toBe('v1')
    expect(a.redis.count('delete')).toBe(0)
  })

  it('at a busy node is no reason to clear everything', { timeout: 60_000 }, async () => {
    const { nodes, a, b } = await twoNodes({ ttl: '1h' })
    await b.cache.set('of b', 'v')
    await nodes.clock.advance('20s')
    const keys = Array.from({ length: 10_000 }, (_, at) => `k${at}`)
    await a.cache.setMany(keys.map((key) => [key, 'v']))
    a.bus.run()
    b.bus.run()
    nodes.redis.stream = []
    a.bus.run()
    b.bus.run()
    for (let second = 0; second < 3; second++) await nodes.clock.advance('1s')
    await a.cache.idle()
    expect([a.redis.count('clear'), nodes.value('of b')]).toEqual([0, 'v'])
  })
})
