/**
 * A program with an open bus and nothing else to do: it publishes, hears itself, says so and is to end. Arguments: the function that
 * makes the bus, `url` or the client's kind, the address of Redis.
 */
import { gate } from '@org/testkit'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { redisPubSubBus } from '../src/redis/pubsub-bus.ts'
import { redisBus } from '../src/redis/stream-bus.ts'

const [, , kind, source, url = ''] = process.argv
const name = `test-${process.pid}-${Date.now()}`
const makers = {
  redisBus: (from: object) => redisBus({ ...from, stream: name }),
  redisPubSubBus: (from: object) => redisPubSubBus({ ...from, channel: name }),
}
const clients = {
  url: async () => ({ from: { url }, end: () => {} }),
  'node-redis': async () => {
    const client = createClient({ url })
    await client.connect()
    return { from: { client }, end: () => client.destroy() }
  },
  ioredis: async () => {
    const client = new Redis(url)
    return { from: { client }, end: () => client.disconnect() }
  },
}

const { from, end } = await clients[source as keyof typeof clients]()
const bus = makers[kind as keyof typeof makers](from)
const waiting = setTimeout(() => process.exit(1), 20_000)
const [told, heard] = [gate(), gate()]
bus.subscribe(undefined, { gap: () => told.open(), message: () => heard.open() })
await told.promise
await bus.publish({ origin: 'o', action: 'delete', keys: ['k'] })
await heard.promise
console.log('heard')
clearTimeout(waiting)
end()
