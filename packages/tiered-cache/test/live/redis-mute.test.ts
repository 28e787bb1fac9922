import { eventually } from '@org/testkit'
import type { RedisSource } from '@org/tiered-cache/redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ownPrefix } from '../redis-tier.fixture.ts'
import { type CacheNode, cacheNode } from './cache-node.fixture.ts'
import { redisBehindProxy } from './redis-behind-proxy.fixture.ts'

const net = redisBehindProxy()

/** A client that is being connected; its owner does not wait for it either. */
function nodeRedis(): RedisSource {
  const client = createClient({ url: net.proxy.url, socket: { reconnectStrategy: 20, connectTimeout: 500 } })
  client.connect().catch(() => {})
  onTestFinished(() => client.destroy())
  return { client }
}

function ioredis(): RedisSource {
  const client = new Redis(net.proxy.port, { retryStrategy: () => 20, connectTimeout: 500 })
  onTestFinished(() => client.disconnect())
  return { client }
}

const SOURCES: readonly (readonly [name: string, make: () => RedisSource])[] = [
  ['a connection of its own', () => ({ url: net.proxy.url })],
  ['node-redis', nodeRedis],
  ['ioredis', ioredis],
]

/** Every verb is answered, though nobody else answers. */
async function answersAll({ cache }: CacheNode): Promise<void> {
  for (let at = 0; at < 20; at++) expect(await cache.getOrSet(`new ${at}`, () => at)).toBe(at)
  expect(await cache.get('none')).toBeUndefined()
  expect(await cache.getMany(['none', 'new 1'])).toEqual(new Map([['new 1', 1]]))
  expect(await cache.set('set', 'new')).toEqual({ reached: false })
  expect(await cache.delete('deleted')).toEqual({ reached: false })
  expect(await cache.get('set')).toBe('new')
}

/** Redis is used again, and has heard of what was written meanwhile. */
async function isBack(node: CacheNode): Promise<void> {
  await eventually(() => expect(node.redis()).toMatchObject({ available: true, pending: 0 }), { within: 20_000 })
  await eventually(async () => expect(await node.cache.set('after', 1)).toEqual({ reached: true }))
}

describe.each(SOURCES)(
  'A cache whose Redis takes connections and says nothing, over %s',
  { timeout: 40_000 },
  (_, make) => {
    it('answers from the first call on, and uses Redis once it speaks', async () => {
      net.proxy.mute()
      const node = cacheNode(make(), { prefix: ownPrefix() })
      await answersAll(node)
      expect(node.redis().available).toBe(false)
      // A client that has waited for an answer for long gives the connection up by itself; here the network does.
      await net.proxy.cut()
      await net.proxy.pass()
      await isBack(node)
    })

    it('answers when it falls silent later, and uses Redis once it speaks', async () => {
      const node = cacheNode(make(), { prefix: ownPrefix() })
      await node.cache.ready()
      await eventually(async () => expect(await node.cache.set('deleted', 'old')).toEqual({ reached: true }))
      net.proxy.mute()
      await answersAll(node)
      await net.proxy.pass()
      await isBack(node)
      await expect(node.cache.get('deleted')).resolves.toBeUndefined()
    })
  },
)
