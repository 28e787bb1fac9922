import { describe, expect, it } from 'vitest'
import { twoNodesWithV1, type TwoNodes } from './two-nodes.fixture.ts'

/** All commands and messages have come. */
async function rest({ nodes, a, b }: TwoNodes): Promise<void> {
  for (let second = 0; second < 3; second++) {
    for (const { bus } of [a, b]) bus.run()
    await nodes.clock.advance('1s')
    await Promise.all([a, b].map(({ cache }) => cache.idle()))
  }
}

describe('A failover that loses the last moments', () => {
  it.each(['delete', 'set'] as const)(
    'brings back nothing that a %s of a living node had overwritten',
    async (verb) => {
      const all = await twoNodesWithV1({ layout: ['memory', 'disk', 'redis'] })
      const { nodes, a, b } = all
      const failOver = nodes.redis.replicate()
      const writing = verb === 'delete' ? a.cache.delete('k') : a.cache.set('k', 'v2')
      await expect(writing).resolves.toEqual({ reached: true })
      b.bus.run()
      failOver()
      expect(nodes.value('k')).toBe('v1')
      await rest(all)
      expect(nodes.value('k')).toBeUndefined()
      for (const { cache } of [a, b]) await expect(cache.get('k')).resolves.toBeUndefined()
    },
  )

  it('costs nothing that was written longer ago', async () => {
    const all = await twoNodesWithV1()
    const { nodes, a } = all
    await nodes.clock.advance('11s')
    const failOver = nodes.redis.replicate()
    await a.cache.delete('other')
    failOver()
    await rest(all)
    expect([a.redis.count('delete k'), a.redis.count('delete other')]).toEqual([0, 2])
    expect(nodes.value('k')).toBe('v1')
  })
})
