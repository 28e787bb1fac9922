import { eventually } from '@org/testkit'
import { Redis } from 'ioredis'
import { Redis as Redis5 } from 'ioredis5'
import { Redis as Iovalkey } from 'iovalkey'
import { createSentinel } from 'redis'
import { createSentinel as createSentinel5 } from 'redis5'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisCommands } from '../../src/redis/client/redis-commands.ts'
import type { RedisCommands } from '../../src/redis/commands.ts'
import type { UserClient } from './redis-clients.fixture.ts'
import { type RedisSentinel, startSentinel } from './redis-sentinel.fixture.ts'

const b = (text: string): Buffer => Buffer.from(text)

const nodeRedis =
  (create: typeof createSentinel) =>
  (port: number): UserClient => {
    const client = create({ name: 'mymaster', sentinelRootNodes: [{ host: '127.0.0.1', port }], scanInterval: 200 })
    return {
      client,
      connect: () => client.connect(),
      isReady: () => client.isReady,
      close: () => client.destroy(),
    }
  }

const ioredis =
  (make: typeof Redis) =>
  (port: number): UserClient => {
    const client = new make({ sentinels: [{ host: '127.0.0.1', port }], name: 'mymaster', lazyConnect: true })
    return {
      client,
      connect: () => client.connect(),
      isReady: () => client.status === 'ready',
      close: async () => client.disconnect(),
    }
  }

const KINDS = [
  ['node-redis 6', nodeRedis(createSentinel)],
  ['node-redis 5', nodeRedis(createSentinel5 as unknown as typeof createSentinel)],
  ['ioredis 6', ioredis(Redis)],
  ['ioredis 5', ioredis(Redis5 as unknown as typeof Redis)],
  ['iovalkey', ioredis(Iovalkey as unknown as typeof Redis)],
] as const

describe('redisCommands behind Sentinel', () => {
  let sentinel: RedisSentinel
  let users: { readonly name: string; readonly user: UserClient; readonly commands: RedisCommands }[] = []
  const replicas = async (): Promise<string> => String(await users[0]!.commands.send('k', ['INFO', 'replication']))

  beforeAll(async () => {
    sentinel = await startSentinel()
    users = KINDS.map(([name, make]) => {
      const user = make(sentinel.port)
      return { name, user, commands: redisCommands({ client: user.client }, 'redisTier') }
    })
    await Promise.all(users.map(({ user }) => eventually(() => user.connect())))
    await eventually(async () => (await replicas()).includes('state=online'), { within: 15_000 })
  }, 30_000)
  afterAll(async () => {
    await Promise.all(users.map(({ user }) => user.close()))
    await sentinel.stop()
  })

  it.each(KINDS.map(([name], index) => [name, index] as const))(
    'serves commands and duplicates of %s',
    async (name, index) => {
      const { commands } = users[index]!
      await commands.open()
      const bytes = Buffer.from([0, 255, 13, 10])
      await commands.send(name, ['SET', name, bytes])
      const many = await Promise.all(Array.from({ length: 50 }, () => commands.send(name, ['GET', name])))
      expect(many).toEqual(Array.from({ length: 50 }, () => bytes))
      if (name === 'node-redis 5') {
        expect(() => commands.duplicate()).toThrow('node-redis 5 has no second connection behind Sentinel')
        return
      }
      const reading = commands.duplicate()
      await reading.open()
      const read = reading.send('feed', ['XREAD', 'BLOCK', '60000', 'STREAMS', 'feed', '$'])
      await eventually(async () => {
        await commands.send('feed', ['XADD', 'feed', '*', 'a', 'b'])
        return Promise.race([read, Promise.resolve(false as const)])
      })
      await expect(read).resolves.toEqual([[b('feed'), [[expect.any(Buffer), [b('a'), b('b')]]]]])
      await reading.close()
    },
  )

  it('follows the master after a failover', { timeout: 40_000 }, async () => {
    const duplicates = users.filter(({ name }) => name !== 'node-redis 5').map(({ commands }) => commands.duplicate())
    await Promise.all(duplicates.map((each) => each.open()))
    await sentinel.master.kill()
    const writes = (each: RedisCommands): Promise<unknown> =>
      eventually(() => each.send('k', ['SET', 'k', 'after']), { within: 30_000, every: 100 })
    await Promise.all([...users.map(({ commands }) => writes(commands)), ...duplicates.map(writes)])
    for (const { user } of users) expect(user.client.listenerCount('error')).toBe(1)
    await Promise.all(duplicates.map((each) => each.close()))
  })
})
