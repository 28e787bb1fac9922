import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { redisBus, redisTier } from '@org/tiered-cache/redis'
import { memoryTier, TieredCache } from '@org/tiered-cache'
import { type RedisServer, startRedis } from '@org/testkit'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ownPrefix } from '../redis-tier.fixture.ts'

const SCRIPT = new URL('lease-wait.node.ts', import.meta.url).pathname

let server: RedisServer
let client: ReturnType<typeof createClient>
beforeAll(async () => {
  server = await startRedis()
  client = createClient({ url: server.url })
  await client.connect()
})
afterAll(async () => {
  client.destroy()
  await server.stop()
})

function open(prefix: string, lines: string[] = []): TieredCache {
  const write = (message: string): void => void lines.push(message)
  const cache = new TieredCache({
    tiers: [memoryTier(), redisTier({ url: server.url, prefix, deadline: '5s' })],
    bus: redisBus({ url: server.url, stream: `${prefix}-bus` }),
    logger: { debug: () => {}, info: write, warn: write, error: write },
  })
  onTestFinished(() => cache.close())
  return cache
}

describe('A cache over Redis', () => {
  it('reaches it with its first call, without waiting to be ready', async () => {
    const prefix = ownPrefix()
    await open(prefix).set('k', 1)
    await expect(open(prefix).get('k')).resolves.toBe(1)
    await expect(open(prefix).delete('k')).resolves.toEqual({ reached: true })
    await expect(open(prefix).get('k')).resolves.toBeUndefined()
  })

  it('reads on from one that is full, and says so once', async () => {
    const prefix = ownPrefix()
    const lines: string[] = []
    await open(prefix).set('k', 'held')
    const cache = open(prefix, lines)
    await cache.ready()
    await client.configSet('maxmemory', '1')
    onTestFinished(async () => void (await client.configSet('maxmemory', '0')))
    for (let at = 0; at < 50; at++) await expect(cache.getOrSet(`new ${at}`, () => at)).resolves.toBe(at)
    await expect(cache.get('k')).resolves.toBe('held')
    expect(cache.stats().tiers['redis']).toMatchObject({ available: true, breaker: 'closed', hits: 1 })
    expect(lines.filter((line) => line.includes('"redis" failed'))).toHaveLength(1)
  })

  it('keeps a process alive that waits for the load of another', { timeout: 30_000 }, async () => {
    const prefix = ownPrefix()
    const tier = redisTier({ url: server.url, prefix, lease: { duration: '1s' } })
    await tier.open?.()
    onTestFinished(async () => tier.close?.())
    await tier.lease?.acquire('k', 'a'.repeat(22), undefined)
    const waiting = promisify(execFile)(process.execPath, [SCRIPT, server.url, prefix])
    await expect(waiting).resolves.toMatchObject({ stdout: 'asked\nloaded\n' })
  })
})
