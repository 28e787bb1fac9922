import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { Redis as Valkey } from 'iovalkey'
import { createClient } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { afterAll, describe, inject, it } from 'vitest'
import { redisPubSubBus } from '../src/redis/pubsub-bus.ts'
import { redisBus } from '../src/redis/stream-bus.ts'
import { busConformance } from '../src/testing/index.ts'
import { localBus } from '../src/tiers/local-bus.ts'

const runner = { describe, it }
const streams: string[] = []

afterAll(async () => {
  const client = createClient({ url: inject('redisUrl') })
  await client.connect()
  await client.del(streams)
  client.destroy()
  for (const each of connected) await each.disconnect()
})

busConformance(runner, {
  name: 'localBus',
  createBus() {
    const bus = localBus()
    return [bus, bus]
  },
})

busConformance(runner, {
  name: 'redisBus',
  createBus() {
    const options = { url: inject('redisUrl'), stream: `test-${randomUUID()}` }
    streams.push(options.stream)
    return [redisBus(options), redisBus(options)]
  },
})

// Replies differ between clients, most of all those of XREAD and of subscriptions.
const clients: readonly (readonly [string, () => Client])[] = [
  ['node-redis 6', () => createClient({ url: inject('redisUrl') })],
  ['node-redis 6 in RESP 2', () => createClient({ url: inject('redisUrl'), RESP: 2 })],
  ['node-redis 5', () => createClient5({ url: inject('redisUrl') })],
  ['ioredis 6', () => new Redis(inject('redisUrl'), { lazyConnect: true })],
  ['iovalkey', () => new Valkey(inject('redisUrl'), { lazyConnect: true })],
]
interface Client {
  connect(): Promise<unknown>
  disconnect(): unknown
}
const connected: Client[] = []

for (const [kind, make] of clients) {
  const options = async (name: object): Promise<object> => {
    const client = make()
    connected.push(client)
    await client.connect()
    return { client, ...name }
  }
  busConformance(runner, {
    name: `redisBus over ${kind}`,
    async createBus() {
      const stream = `test-${randomUUID()}`
      streams.push(stream)
      const given = await options({ stream })
      return [redisBus(given), redisBus(given)]
    },
  })
  busConformance(runner, {
    name: `redisPubSubBus over ${kind}`,
    async createBus() {
      const given = await options({ channel: `test-${randomUUID()}` })
      return [redisPubSubBus(given), redisPubSubBus(given)]
    },
  })
}

busConformance(runner, {
  name: 'redisPubSubBus',
  createBus() {
    const options = { url: inject('redisUrl'), channel: `test-${randomUUID()}` }
    return [redisPubSubBus(options), redisPubSubBus(options)]
  },
})
