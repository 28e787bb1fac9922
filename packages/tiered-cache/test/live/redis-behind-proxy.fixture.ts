import { type RedisServer, startProxy, startRedis, type TcpProxy } from '@org/testkit'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Reply } from '../../src/redis/commands.ts'
import { noUnhandledRejections } from './unhandled-rejections.fixture.ts'

/** A Redis that is reached in two ways: at its own address, and through a proxy that fails as a test wants it. */
export interface RedisBehindProxy {
  readonly redis: RedisServer
  /** Lets everything through again after each test. */
  readonly proxy: TcpProxy
  /** Sends one command as an operator would, over a connection for this command alone. */
  ask(...command: readonly string[]): Promise<Reply>
}

/**
 * A {@link RedisBehindProxy} for all tests of the file or `describe` that calls it, between `beforeAll` and `afterAll`.
 * None of these tests may leave a rejection unhandled.
 */
export function redisBehindProxy(): RedisBehindProxy {
  let redis!: RedisServer
  let proxy!: TcpProxy
  beforeAll(async () => {
    redis = await startRedis()
    proxy = await startProxy(redis.port)
  })
  afterAll(async () => {
    await proxy?.close()
    await redis?.stop()
  })
  noUnhandledRejections()
  afterEach(() => proxy.pass())
  return {
    get redis() {
      return redis
    },
    get proxy() {
      return proxy
    },
    ask: (...command) => asked(redis, command),
  }
}

async function asked({ url }: RedisServer, command: readonly string[]): Promise<Reply> {
  const client = createClient({ url })
  await client.connect()
  try {
    return (await client.sendCommand(command)) as unknown as Reply
  } finally {
    client.destroy()
  }
}
