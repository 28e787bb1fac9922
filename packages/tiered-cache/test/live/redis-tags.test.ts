import { memoryTier, TieredCache } from '@org/tiered-cache'
import { redisBus } from '@org/tiered-cache/redis'
import { eventually } from '@org/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { randomId } from '../../src/random-id.ts'
import { type SpiedCommands, spiedCommands, tierOver } from '../redis-tier.fixture.ts'
import { ownRedis } from './own-redis.fixture.ts'

const redis = ownRedis()

interface Node {
  readonly cache: TieredCache<number>
  readonly spy: SpiedCommands
  /** The names of the commands that `work` sends, until nothing is in flight. */
  sentBy(work: () => Promise<unknown>): Promise<readonly string[]>
}

async function node(): Promise<Node> {
  const spy = spiedCommands(redis.commands)
  const bus = redisBus({ url: redis.url, stream: `${redis.prefix}bus` })
  const cache = new TieredCache<number>({ tiers: [memoryTier(), tierOver(spy, { prefix: redis.prefix })], bus })
  onTestFinished(() => cache.close())
  await cache.ready()
  const sentBy = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    const before = spy.sent.length
    await work()
    await cache.idle()
    return spy.sent.slice(before).map(([name]) => name as string)
  }
  return { cache, spy, sentBy }
}

/** Two nodes; the second has nothing in memory and knows no stamp. */
async function withEntries(count: number): Promise<{ readonly a: Node; readonly b: Node }> {
  const [a, b] = [await node(), await node()]
  const keys = Array.from({ length: count }, (_, at) => [`k${at}`, at] as const)
  for (let at = 0; at < count; at += 1_000) await a.cache.setMany(keys.slice(at, at + 1_000), { tags: ['x', 'y'] })
  await a.cache.idle()
  return { a, b }
}

describe('Tags in Redis', () => {
  it('come with the value in one command where they are named, and by one more where they are not', async () => {
    const { b } = await withEntries(300)
    await expect(b.sentBy(() => b.cache.get('k0', { tags: ['x', 'y'] }))).resolves.toEqual(['MGET'])
    await expect(b.sentBy(() => b.cache.get('k1'))).resolves.toEqual(['MGET', 'MGET'])
    const keys = Array.from({ length: 100 }, (_, at) => `k${100 + at}`)
    await expect(b.sentBy(() => b.cache.getMany(keys, { tags: ['x', 'y'] }))).resolves.toEqual(['MGET'])
    const more = Array.from({ length: 100 }, (_, at) => `k${200 + at}`)
    const each = (): Promise<unknown> => Promise.all(more.map((key) => b.cache.get(key)))
    await expect(b.sentBy(each)).resolves.toEqual(['MGET', 'MGET'])
  })

  it('of a namespace come with its values', async () => {
    const [a, b] = [await node(), await node()]
    await a.cache.namespace<number>('n').set('k', 1)
    await a.cache.idle()
    await expect(b.sentBy(() => b.cache.namespace('n').get('k'))).resolves.toEqual(['MGET'])
    await expect(b.cache.namespace('n').get('k')).resolves.toBe(1)
  })

  it('cost a load nothing once they are known, and a hit never anything', async () => {
    const { a } = await withEntries(1)
    const plain = await a.sentBy(() => a.cache.getOrSet('plain', () => 1))
    const tagged = await a.sentBy(() => a.cache.getOrSet('tagged', () => 1, { tags: ['x'] }))
    expect(tagged).toEqual(plain)
    await expect(a.sentBy(() => a.cache.get('tagged'))).resolves.toEqual([])
    await expect(a.sentBy(() => a.cache.get('tagged', { tags: ['x'] }))).resolves.toEqual([])
  })

  it('are invalidated by as many commands for 10 entries as for 20 000, and nothing is ever listed', async () => {
    const sent: (readonly string[])[] = []
    for (const count of [10, 20_000]) {
      const { a, b } = await withEntries(count)
      sent.push(await a.sentBy(() => a.cache.invalidateTag('x')))
      await expect(a.cache.get('k5')).resolves.toBeUndefined()
      await eventually(async () => (await b.cache.get('k5')) === undefined)
      await a.cache.namespace('n').set('k', 1)
      sent.push(await a.sentBy(() => a.cache.namespace('n').clear()))
      const names = new Set([a, b].flatMap(({ spy }) => spy.sent.map(([name]) => name)))
      for (const name of ['SCAN', 'KEYS', 'FLUSHDB', 'FLUSHALL', 'SADD', 'SMEMBERS']) expect(names).not.toContain(name)
    }
    expect(sent[0]).toHaveLength(1)
    for (const each of sent) expect(each).toEqual(sent[0])
  })

  it('leave stats as they are: a request is one request', async () => {
    const { a, b } = await withEntries(3)
    for (const key of ['k0', 'k1', 'k2', 'absent']) await b.cache.get(key, { tags: ['x'] })
    expect(b.cache.stats()).toMatchObject({ requests: 4, hits: 3, misses: 1 })
    expect(b.cache.stats().tiers['redis']).toMatchObject({ hits: 3, misses: 1, sets: 0, deletes: 0 })
    // The stamps of two tags, of which each has two.
    expect(a.cache.stats().tiers['redis']).toMatchObject({ sets: 3 + 4 })
    expect(a.cache.stats().tiers['memory']).toMatchObject({ sets: 3 })
  })

  it('show nowhere: no entry, no event, no key of a user', async () => {
    const { cache } = await node()
    const seen: string[] = []
    for (const event of ['hit', 'miss', 'load', 'removal'] as const) {
      cache.on(event, ({ key }) => seen.push(key))
    }
    await cache.getOrSet('k', () => 1, { tags: ['x'] })
    await cache.idle()
    await cache.invalidateTag('x')
    await cache.get('k')
    expect(new Set(seen)).toEqual(new Set(['k']))
    for await (const [key] of cache.entries()) expect.unreachable(key)
    await expect(cache.entry('k')).resolves.toBeUndefined()
  })

  it('are one stamp for all nodes, whoever makes it', async () => {
    const nodes = await Promise.all([node(), node(), node()])
    const tag = randomId(6)
    await Promise.all(nodes.map(({ cache }, at) => cache.set(`k${at}`, at, { tags: [tag] })))
    await Promise.all(nodes.map(({ cache }) => cache.idle()))
    for (const { cache } of nodes) {
      await expect(Promise.all([0, 1, 2].map((at) => cache.get(`k${at}`)))).resolves.toEqual([0, 1, 2])
    }
  })
})
