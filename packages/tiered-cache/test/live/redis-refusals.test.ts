import { eventually, type RedisServer, startRedis } from '@org/testkit'
import { memoryTier, TieredCache } from '@org/tiered-cache'
import { redisTier } from '@org/tiered-cache/redis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { RedisCommands, Reply } from '../../src/redis/commands.ts'
import { plainRedisCommands } from '../redis-commands.fixture.ts'
import { entryOf, ownPrefix, tierOver } from '../redis-tier.fixture.ts'

interface Refusing {
  /** What operators and events do to a server, so that it takes no writes. */
  readonly begin: readonly (readonly string[])[]
  readonly end: readonly (readonly string[])[]
}

let server: RedisServer
let master: RedisServer
let commands: RedisCommands
beforeAll(async () => {
  ;[server, master] = await Promise.all([startRedis(), startRedis({ args: ['--repl-diskless-sync-delay', '0'] })])
  commands = plainRedisCommands(server.url)
  await commands.open()
})
afterAll(async () => {
  await commands.close()
  await Promise.all([server.stop(), master.stop()])
})

const ask = (...command: readonly string[]): Promise<Reply> => commands.send('', command)

const REFUSING: readonly (readonly [answer: string, how: () => Refusing])[] = [
  [
    'READONLY',
    () => ({
      begin: [['REPLICAOF', '127.0.0.1', String(master.port)]],
      end: [['REPLICAOF', 'NO', 'ONE']],
    }),
  ],
  [
    'OOM',
    () => ({
      begin: [['CONFIG', 'SET', 'maxmemory', '1']],
      end: [['CONFIG', 'SET', 'maxmemory', '0']],
    }),
  ],
  [
    'NOREPLICAS',
    () => ({
      begin: [['CONFIG', 'SET', 'min-replicas-to-write', '1']],
      end: [['CONFIG', 'SET', 'min-replicas-to-write', '0']],
    }),
  ],
  [
    'NOPERM',
    () => ({
      begin: [['ACL', 'SETUSER', 'default', '-evalsha', '-eval', '-set']],
      end: [['ACL', 'SETUSER', 'default', '+@all']],
    }),
  ],
  [
    'ERR, as a script may not write',
    () => ({
      begin: [['ACL', 'SETUSER', 'default', '-set', '-setrange']],
      end: [['ACL', 'SETUSER', 'default', '+@all']],
    }),
  ],
]

async function refuses({ begin, end }: Refusing): Promise<void> {
  onTestFinished(async () => {
    for (const command of end) await ask(...command)
  })
  for (const command of begin) await ask(...command)
}

/** The error that an operation rejects with. */
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe.each(REFUSING)('A Redis that answers writes with %s', (answer, how) => {
  const [code] = answer.split(',')

  it('is told from one that does not work, by each write', async () => {
    const tier = tierOver(commands)
    await refuses(how())
    const writes = {
      set: tier.set('key', entryOf(1)),
      acquire: tier.lease!.acquire('key', 'a'.repeat(22), undefined),
      stake: tier.lease!.stake('key', 'a'.repeat(22)),
    }
    for (const [name, write] of Object.entries(writes)) {
      const error = await errorOf(write)
      expect.soft(error, name).toMatchObject({ message: expect.stringMatching(new RegExp(`^${code} `)) })
      expect.soft(tier.isRefusal(error), name).toBe(true)
    }
  })
})

describe('RedisTier', () => {
  it('takes a key that is no string for no refusal', async () => {
    const prefix = ownPrefix()
    const tier = tierOver(commands, { prefix })
    await ask('LPUSH', `${prefix}key`, 'element')
    const error = await errorOf(ask('GET', `${prefix}key`))
    expect(error).toMatchObject({ message: expect.stringContaining('WRONGTYPE') })
    expect(tier.isRefusal(error)).toBe(false)
  })

  it('takes a cluster that is down for no refusal', async () => {
    const cluster = await startRedis({ args: ['--cluster-enabled', 'yes'] })
    onTestFinished(() => cluster.stop())
    const there = plainRedisCommands(cluster.url)
    await there.open()
    onTestFinished(() => there.close())
    const tier = tierOver(there)
    const error = await errorOf(tier.set('key', entryOf(1)))
    expect(error).toMatchObject({ message: expect.stringContaining('CLUSTERDOWN') })
    expect(tier.isRefusal(error)).toBe(false)
  })
})

describe('A cache over a Redis that became a replica', () => {
  it('reads on, and writes again once it is a master', async () => {
    const prefix = ownPrefix()
    const make = (): TieredCache => {
      const cache = new TieredCache({ tiers: [memoryTier(), redisTier({ url: server.url, prefix, deadline: '5s' })] })
      onTestFinished(() => cache.close())
      return cache
    }
    const cache = make()
    await cache.ready()
    await refuses(REFUSING[0]![1]())
    // What the master has is all that a replica has: it is stored there.
    const there = plainRedisCommands(master.url)
    await there.open()
    onTestFinished(() => there.close())
    await tierOver(there, { prefix }).set('held', entryOf('v'))
    await eventually(async () => expect(await tierOver(commands, { prefix }).get('held')).toBeDefined())
    for (let at = 0; at < 50; at++) await expect(cache.getOrSet(`new ${at}`, () => at)).resolves.toBe(at)
    await expect(cache.get('held')).resolves.toBe('v')
    expect(cache.stats().tiers['redis']).toMatchObject({ available: true, breaker: 'closed' })
    await ask('REPLICAOF', 'NO', 'ONE')
    await eventually(async () => {
      await cache.set('after', 1)
      await expect(make().get('after')).resolves.toBe(1)
    })
  })
})
