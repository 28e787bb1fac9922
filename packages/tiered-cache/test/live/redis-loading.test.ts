import { eventually, type RedisServer, startRedis } from '@org/testkit'
import type { RedisSource } from '@org/tiered-cache/redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ownPrefix } from '../redis-tier.fixture.ts'
import { cacheNode } from './cache-node.fixture.ts'
import { type Operator, operatorOf } from './operator.fixture.ts'
import { noUnhandledRejections } from './unhandled-rejections.fixture.ts'

/** So many keys, each loaded so slowly: seconds, unless the operator ends it. Answers come in between. */
const KEYS = 4_000
const SLOWLY = ['--key-load-delay', '1500', '--loading-process-events-interval-bytes', '1024', '--rdbcompression', 'no']
const FILL = `for i = 1, ${KEYS} do redis.call('SET', 'filler:' .. i, string.rep('x', 100)) end`

noUnhandledRejections()
let server: RedisServer
let operator: Operator
beforeAll(async () => {
  server = await startRedis({ args: SLOWLY })
})
afterAll(() => server.stop())
beforeEach(async () => {
  operator = await operatorOf(server)
  await operator('CONFIG', 'SET', 'key-load-delay', '1500')
  await operator('EVAL', FILL, '0')
})

/** Restarts it with all it has; resolves while it loads. What it answers ends the loading soon. */
async function loads(): Promise<() => Promise<void>> {
  await operator('SAVE')
  const restarted = server.restart()
  // It is waited for below; a test that fails first is not to fail twice.
  restarted.catch(() => {})
  await eventually(async () => String(await operator('INFO', 'persistence')).includes('\r\nloading:1'))
  return async () => {
    await operator('CONFIG', 'SET', 'key-load-delay', '0')
    await restarted
  }
}

async function nodeRedis(): Promise<RedisSource> {
  const client = createClient({ url: server.url, socket: { reconnectStrategy: 20 } })
  client.on('error', () => {})
  onTestFinished(() => client.destroy())
  await client.connect()
  return { client }
}

async function ioredis(options: object): Promise<RedisSource> {
  const client = new Redis(server.port, { retryStrategy: () => 20, ...options })
  client.on('error', () => {})
  onTestFinished(() => client.disconnect())
  return { client }
}

const SOURCES: readonly (readonly [name: string, make: () => Promise<RedisSource>, fault: string])[] = [
  ['a connection of its own', async () => ({ url: server.url }), 'LOADING'],
  ['node-redis', nodeRedis, 'LOADING'],
  // It looks by itself whether Redis has loaded, and is not ready before.
  ['ioredis', () => ioredis({ maxLoadingRetryTime: 50 }), 'not connected'],
  ['ioredis without its ready check', () => ioredis({ enableReadyCheck: false }), 'LOADING'],
]

describe.each(SOURCES)('A cache whose Redis loads its data, over %s', { timeout: 30_000 }, (_, make, fault) => {
  it('goes on without an error, uses it again once it has loaded, and deletes there what it could not', async () => {
    const prefix = ownPrefix()
    const [node, peer] = [cacheNode(await make(), { prefix }), cacheNode(await make(), { prefix })]
    const { cache } = node
    await Promise.all([cache.ready(), peer.cache.ready()])
    for (const key of ['kept', 'set', 'deleted']) {
      await eventually(async () => expect(await peer.cache.set(key, 'old')).toEqual({ reached: true }))
    }
    const loaded = await loads()
    let at = 0
    await eventually(async () => {
      at++
      expect(await cache.getOrSet(`new ${at}`, () => at)).toBe(at)
      expect(await cache.get(`none ${at}`)).toBeUndefined()
      expect(await cache.set('set', at)).toEqual({ reached: false })
      expect(await cache.get('set')).toBe(at)
      expect(await cache.delete('deleted')).toEqual({ reached: false })
      expect(await cache.get('deleted')).toBeUndefined()
      expect(node.faults.join('\n')).toContain(fault)
      expect(node.redis()).toMatchObject({ available: false, pending: 2 })
    })
    await loaded()
    await eventually(() => expect(node.redis()).toMatchObject({ available: true, pending: 0 }))
    // Also in the memory of the other node: it is told of what was replayed.
    await eventually(async () => expect(await peer.cache.get('deleted')).toBeUndefined())
    await eventually(async () => expect(await peer.cache.get('set')).toBeUndefined())
    await expect(cache.get('kept')).resolves.toBe('old')
    const third = cacheNode(await make(), { prefix })
    await third.cache.ready()
    await eventually(async () => {
      expect(await cache.set('after', 1)).toEqual({ reached: true })
      expect(await third.cache.get('after')).toBe(1)
    })
  })
})
