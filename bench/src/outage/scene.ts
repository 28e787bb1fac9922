import { type RedisOptions, type RedisServer, startProxy, startRedis, type TcpProxy } from '@org/testkit'
import { sharedNow } from './shared-clock.ts'
import type { Address } from './subject.ts'

/** A Redis, what lies between it and the cache, and one fault that is about to befall them. */
export interface Scene {
  /** Where the cache finds Redis. */
  readonly address: Address
  /** Where a new cache is to look for it as the fault begins; without it the cache stays. */
  readonly moveTo?: Address
  /** What takes time and is no fault yet; called when Redis is filled. */
  prepare?(): Promise<unknown>
  begin(): Promise<unknown> | void
  /** Ends the fault; resolves with the instant from which on Redis can be reached. */
  end(): Promise<number>
  close(): Promise<void>
}

/** What a fault does to its scene. */
export interface Deed {
  readonly prepare?: () => Promise<unknown>
  readonly begin: () => Promise<unknown> | void
  readonly end: () => Promise<unknown> | void
}

/** A scene of one Redis. */
export async function onRedis(make: (redis: RedisServer) => Deed, options: RedisOptions = {}): Promise<Scene> {
  const redis = await startRedis(options)
  return sceneOf({ url: redis.url }, make(redis), () => redis.stop())
}

/** A scene of one Redis behind a proxy. */
export async function behindProxy(make: (proxy: TcpProxy) => Deed): Promise<Scene> {
  const redis = await startRedis()
  const proxy = await startProxy(redis.port)
  return sceneOf({ url: proxy.url }, make(proxy), async () => {
    await proxy.close()
    await redis.stop()
  })
}

/** What `end` of a deed answers is the instant from which on Redis can be reached; without one, that of its answer. */
export function sceneOf(address: Address, { end, ...deed }: Deed, close: () => Promise<void>): Scene {
  return {
    ...deed,
    address,
    async end() {
      const at = await end()
      return typeof at === 'number' ? at : sharedNow()
    },
    close,
  }
}
