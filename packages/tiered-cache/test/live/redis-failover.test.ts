import { eventually, freePort, startRedis } from '@org/testkit'
import { Redis } from 'ioredis'
import { createSentinel } from 'redis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ownPrefix } from '../redis-tier.fixture.ts'
import { type CacheNode, cacheNode } from './cache-node.fixture.ts'
import { operatorOf } from './operator.fixture.ts'
import { type RedisSentinel, startSentinel } from './redis-sentinel.fixture.ts'
import type { UserClient } from './redis-clients.fixture.ts'
import { noUnhandledRejections } from './unhandled-rejections.fixture.ts'

noUnhandledRejections()

/** Redis has these keys as the peer has written them, whose memory has them too. */
async function filled(node: CacheNode, peer: CacheNode): Promise<void> {
  await Promise.all([node.cache.ready(), peer.cache.ready()])
  for (const key of ['kept', 'set', 'deleted']) {
    await eventually(async () => expect(await peer.cache.set(key, 'old')).toEqual({ reached: true }))
  }
}

/** What was written while Redis took no writes is gone there and from the peer's memory; new writes arrive. */
async function agree(node: CacheNode, peer: CacheNode): Promise<void> {
  await eventually(() => expect(node.redis()).toMatchObject({ available: true, pending: 0 }), { within: 20_000 })
  await eventually(async () => {
    expect(await peer.cache.get('deleted')).toBeUndefined()
    expect(await peer.cache.get('set')).toBeUndefined()
  })
  await eventually(async () => {
    expect(await node.cache.set('set', 'newer')).toEqual({ reached: true })
    expect(await peer.cache.get('set')).toBe('newer')
  })
}

describe('A cache over a Redis that was made a replica', { timeout: 20_000 }, () => {
  it('reads on, counts its writes as faults, and deletes what they concern once it is a master', async () => {
    const server = await startRedis()
    onTestFinished(() => server.stop())
    const operator = await operatorOf(server)
    const prefix = ownPrefix()
    const [node, peer] = [
      cacheNode(server, { prefix, deadline: Infinity }),
      cacheNode(server, { prefix, deadline: Infinity }),
    ]
    await filled(node, peer)
    // Of a master that is not there: it keeps what it has.
    await operator('REPLICAOF', '127.0.0.1', String(await freePort()))
    for (let at = 0; at < 10; at++) expect(await node.cache.set('set', 'new')).toEqual({ reached: false })
    expect(await node.cache.delete('deleted')).toEqual({ reached: false })
    expect(node.redis()).toMatchObject({ available: true, breaker: 'closed', pending: 2 })
    for (let at = 0; at < 20; at++) expect(await node.cache.getOrSet(`new ${at}`, () => at)).toBe(at)
    const held = ['kept', 'set', 'deleted'].map((key) => node.cache.get(key))
    expect(await Promise.all(held)).toEqual(['old', 'new', undefined])
    expect(node.redis()).toMatchObject({ available: true, breaker: 'closed', pending: 2 })
    expect(node.faults.filter((fault) => !/READONLY/.test(fault))).toEqual([])
    await operator('REPLICAOF', 'NO', 'ONE')
    await agree(node, peer)
  })
})

const SENTINEL_CLIENTS: readonly (readonly [name: string, make: (port: number) => UserClient])[] = [
  [
    'node-redis',
    (port) => {
      const client = createSentinel({
        name: 'mymaster',
        sentinelRootNodes: [{ host: '127.0.0.1', port }],
        scanInterval: 200,
      })
      return { client, connect: () => client.connect(), isReady: () => client.isReady, close: () => client.destroy() }
    },
  ],
  [
    'ioredis',
    (port) => {
      const client = new Redis({ sentinels: [{ host: '127.0.0.1', port }], name: 'mymaster', lazyConnect: true })
      const isReady = (): boolean => client.status === 'ready'
      return { client, connect: () => client.connect(), isReady, close: async () => client.disconnect() }
    },
  ],
]

describe('Caches behind Sentinel', { timeout: 40_000 }, () => {
  let sentinel: RedisSentinel
  beforeAll(async () => {
    sentinel = await startSentinel()
  }, 30_000)
  afterAll(() => sentinel.stop())

  it('go on without an error through a failover, and write to the new master', async () => {
    const operator = await operatorOf(sentinel.master)
    const isReplicated = async (): Promise<boolean> =>
      String(await operator('INFO', 'replication')).includes('state=online')
    await eventually(isReplicated, { within: 15_000 })
    const users = SENTINEL_CLIENTS.map(([, make]) => make(sentinel.port))
    onTestFinished(async () => void (await Promise.all(users.map((user) => user.close()))))
    await Promise.all(users.map((user) => eventually(() => user.connect())))
    const pairs = users.map(({ client }) => {
      const prefix = ownPrefix()
      return [cacheNode({ client }, { prefix }), cacheNode({ client }, { prefix })] as const
    })
    await Promise.all(pairs.map(([node, peer]) => filled(node, peer)))
    await operator('WAIT', '1', '5000')
    await sentinel.master.kill()
    await Promise.all(
      pairs.map(async ([{ cache }]) => {
        for (let at = 0; at < 50; at++) expect(await cache.getOrSet(`new ${at}`, () => at)).toBe(at)
        expect(await cache.set('set', 'new')).toEqual({ reached: false })
        expect(await cache.delete('deleted')).toEqual({ reached: false })
        expect(await cache.get('set')).toBe('new')
      }),
    )
    await Promise.all(pairs.map(([node, peer]) => agree(node, peer)))
  })
})
