import { randomUUID } from 'node:crypto'
import { eventually, type RedisServer, startRedis } from '@org/testkit'
import { Cluster } from 'ioredis'
import { createClient, createCluster } from 'redis'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { redisPubSubBus } from '../../src/redis/pubsub-bus.ts'
import { redisBus } from '../../src/redis/stream-bus.ts'
import { busConformance } from '../../src/testing/index.ts'
import type { Bus } from '../../src/tiers/bus.ts'

const runner = { describe, it }

/** Of one node: enough to see that its clients send each command to the node of the stream, and get their replies right. */
let redis: RedisServer
const ends: (() => unknown)[] = []

beforeAll(async () => {
  redis = await startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'] })
  const client = createClient({ url: redis.url })
  await client.connect()
  await client.clusterAddSlotsRange({ start: 0, end: 16_383 })
  await eventually(async () => (await client.clusterInfo()).includes('cluster_state:ok'), { within: 20_000 })
  client.destroy()
})
afterAll(async () => {
  for (const end of ends) await end()
  await redis.stop()
})

const clusters = {
  async 'node-redis'() {
    const client = createCluster({ rootNodes: [{ url: redis.url }] })
    client.on('error', () => {})
    await client.connect()
    ends.push(() => client.destroy())
    return client
  },
  async ioredis() {
    const client = new Cluster([{ host: '127.0.0.1', port: redis.port }])
    await new Promise((resolve) => client.once('ready', resolve))
    ends.push(() => client.disconnect())
    return client
  },
}

for (const [kind, connect] of Object.entries(clusters)) {
  const pair = async (make: (client: never) => Bus): Promise<readonly [Bus, Bus]> => {
    const client = (await connect()) as never
    return [make(client), make(client)]
  }
  busConformance(runner, {
    name: `redisBus over a cluster of ${kind}`,
    createBus() {
      const stream = randomUUID()
      return pair((client) => redisBus({ client, stream }))
    },
  })
  busConformance(runner, {
    name: `redisPubSubBus over a cluster of ${kind}`,
    createBus() {
      const channel = randomUUID()
      return pair((client) => redisPubSubBus({ client, channel }))
    },
  })
}
