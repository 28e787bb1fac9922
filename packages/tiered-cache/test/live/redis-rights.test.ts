import { readFile } from 'node:fs/promises'
import { eventually, type RedisServer, startRedis } from '@org/testkit'
import { memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import { redisTier } from '@org/tiered-cache/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { randomId } from '../../src/random-id.ts'
import { redisCommands } from '../../src/redis/client/redis-commands.ts'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { streamBus } from '../../src/redis/stream-bus.ts'
import { deleting, Heard } from '../heard.fixture.ts'
import { plainRedisCommands } from '../redis-commands.fixture.ts'
import { entryOf } from '../redis-tier.fixture.ts'

const GUIDE = new URL('../../../../docs/redis.md', import.meta.url)
const PASSWORD = 'of-the-cache'
// Heartbeats soon: what only they send is sent within the test.
const TIMING = { clock: systemClock, beatMs: 50, answerWithinMs: 5_000 }

let server: RedisServer
let commands: RedisCommands
let rights: readonly string[]
let url: string
beforeAll(async () => {
  server = await startRedis()
  commands = plainRedisCommands(server.url)
  await commands.open()
  const [line] = /^ACL SETUSER .*$/m.exec(await readFile(GUIDE, 'utf8')) ?? ['']
  const words = line.replace('PASSWORD', PASSWORD).split(' ')
  await commands.send('', words)
  rights = words.filter((word) => word.startsWith('+')).map((word) => word.slice(1))
  url = `redis://cache:${PASSWORD}@127.0.0.1:${server.port}`
})
afterAll(async () => {
  await commands.close()
  await server.stop()
})

describe('the rights that the guide to Redis names', () => {
  it('are enough for the tier and the bus, and each of them is used', async () => {
    const tier = redisTier({ url, prefix: 'users:', deadline: '10s' })
    const cache = new TieredCache({ tiers: [memoryTier(), tier] })
    await cache.ready()
    await useCache(cache)
    expect(cache.stats().tiers['redis']).toMatchObject({ faults: 0, pending: 0, available: true })
    await useLeases(tier)
    await cache.close()
    await useBus()
    const counts = await countsByCommand()
    for (const right of rights) expect.soft(counts, right).toContain(`cmdstat_${right}:calls=`)
    // What clients say of themselves they need not be allowed to say.
    expect(counts.replaceAll(/^cmdstat_client.*$/gm, '')).not.toMatch(/rejected_calls=[1-9]/)
  })

  it('are none over keys of others', async () => {
    const others = redisTier({ url, prefix: 'others:' })
    await others.open?.()
    await expect(others.delete('key')).rejects.toThrow('NOPERM')
    await others.close?.()
  })
})

async function useCache(cache: TieredCache): Promise<void> {
  await cache.getOrSet('loaded', () => 1)
  await cache.idle()
  const answers = [await cache.set('set', 1), await cache.delete('set'), await cache.clear()]
  expect(answers.map(({ reached }) => reached)).toStrictEqual([true, true, true])
}

async function useLeases({ lease }: Tier): Promise<void> {
  const token = randomId(16)
  // Redis is to keep it for the time of the lease, though its life is shorter.
  await lease?.stake('key', token)
  await lease?.fill('key', token, entryOf(1, { expiresAt: Date.now() + 5_000, staleAt: Date.now() + 5_000 }))
  expect(await lease?.acquire('key', token, undefined)).toMatchObject({ state: 'present' })
  await lease?.stake('key', token)
  expect(await lease?.renew('key', token)).toBe(true)
  await lease?.release('key', token)
}

async function useBus(): Promise<void> {
  const bus = streamBus(redisCommands({ url }, 'test'), { stream: 'users-bus', maxLength: 10 }, TIMING)
  const heard = new Heard()
  bus.subscribe(undefined, heard)
  await eventually(() => expect(heard.gaps).toBe(1))
  await bus.publish(deleting('key'))
  await eventually(() => expect(heard.messages).toContain('key'))
  await eventually(async () => expect(await countsByCommand()).toContain('cmdstat_xrange:'))
  await bus.close?.()
}

/** A line for each command: how often it was called, and refused. */
async function countsByCommand(): Promise<string> {
  return String(await commands.send('', ['INFO', 'commandstats']))
}
