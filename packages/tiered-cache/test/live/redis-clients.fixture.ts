import { Redis as Ioredis } from 'ioredis'
import { Redis as Ioredis5 } from 'ioredis5'
import { Redis as Iovalkey } from 'iovalkey'
import { createClient } from 'redis'
import { createClient as createClient5 } from 'redis5'
import type { IoredisLike } from '../../src/redis/client/ioredis-like.ts'
import type { NodeRedisLike } from '../../src/redis/client/node-redis-like.ts'

/** A client of a user's, as the tests use it. */
export interface UserClient {
  readonly client: (NodeRedisLike | IoredisLike) & { listenerCount(event: 'error'): number }
  connect(): Promise<unknown>
  readonly isReady: () => boolean
  close(): Promise<unknown>
}

type Make = (port: number) => UserClient

const nodeRedis =
  (create: typeof createClient, RESP: 2 | 3): Make =>
  (port) => {
    const client = create({ url: `redis://127.0.0.1:${port}`, RESP, socket: { reconnectStrategy: 20 } })
    return {
      client,
      connect: () => client.connect(),
      isReady: () => client.isReady,
      close: async () => (client.isOpen ? client.destroy() : undefined),
    }
  }

const ioredis =
  (make: (options: object) => Ioredis, options: object = {}): Make =>
  (port) => {
    const client = make({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => 20, ...options })
    return {
      client,
      connect: () => client.connect(),
      isReady: () => client.status === 'ready',
      close: async () => client.disconnect(),
    }
  }

const v5 = createClient5 as unknown as typeof createClient
const newIoredis = (options: object): Ioredis => new Ioredis(options)
const newIoredis5 = (options: object): Ioredis => new Ioredis5(options) as unknown as Ioredis
const newIovalkey = (options: object): Ioredis => new Iovalkey(options) as unknown as Ioredis

/** Every kind of client for one server. */
export const STANDALONE_CLIENTS: readonly (readonly [name: string, make: Make])[] = [
  ['node-redis 6, RESP 3', nodeRedis(createClient, 3)],
  ['node-redis 6, RESP 2', nodeRedis(createClient, 2)],
  ['node-redis 5, RESP 3', nodeRedis(v5, 3)],
  ['node-redis 5, RESP 2', nodeRedis(v5, 2)],
  ['ioredis 6, RESP 3', ioredis(newIoredis)],
  ['ioredis 6, RESP 2', ioredis(newIoredis, { protocol: 2 })],
  ['ioredis 6, auto-pipelining', ioredis(newIoredis, { enableAutoPipelining: true })],
  ['ioredis 5', ioredis(newIoredis5)],
  ['iovalkey', ioredis(newIovalkey)],
]
