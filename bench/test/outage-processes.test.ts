import { eventually, type RedisServer, startRedis } from '@org/testkit'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { sharedNow } from '../src/outage/shared-clock.ts'
import { TrafficProcess } from '../src/outage/traffic-process.ts'
import type { ContestantId } from '../src/outage/contestants.ts'

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

const { signal } = new AbortController()

async function start(contestant: ContestantId): Promise<TrafficProcess> {
  const job = { contestant, address: { url: redis.url }, held: 50, rate: 50, loadMs: 1 }
  const traffic = await TrafficProcess.start(job, signal)
  onTestFinished(() => traffic.kill())
  return traffic
}

// A busy machine takes its time to start so many processes.
describe('TrafficProcess', { timeout: 60_000 }, () => {
  it.each(['ours', 'bentocache'] as const)(
    '%s: tells what became of the requests since it began',
    async (contestant) => {
      const traffic = await start(contestant)
      const warmAt = sharedNow()
      const before = await commandsOf(redis)
      await eventually(async () => (await commandsOf(redis)) > before + 50, { within: 30_000 })
      const now = sharedNow()
      const found = await traffic.finish({ warmAt, faultAt: now, endingAt: now, backAt: now })
      expect(found).toMatchObject({ errors: 0, hangs: 0, unhandled: 0, loaded: { before: 0 } })
      expect(found.getOrSet.before.requests).toBeGreaterThan(0)
      expect(found.memory.before.requests).toBeGreaterThan(0)
    },
  )

  it('goes on with a new cache elsewhere', async () => {
    const traffic = await start('ours')
    const faultAt = sharedNow()
    const elsewhere = await startRedis()
    onTestFinished(() => elsewhere.stop())
    await traffic.moveTo({ url: elsewhere.url })
    const endingAt = sharedNow() + 60_000
    const found = await traffic.finish({ warmAt: 0, faultAt, endingAt, backAt: endingAt })
    expect(found).toMatchObject({ errors: 0, hangs: 0, unhandled: 0 })
  })

  it('says why it could not begin', async () => {
    const job = { contestant: 'bentocache', address: { masters: [1] }, held: 1, rate: 1, loadMs: 1 } as const
    await expect(TrafficProcess.start(job, signal)).rejects.toThrow('bentocache is measured on one server')
  })

  it('says that its process ended by itself', async () => {
    const traffic = await start('ours')
    await traffic.kill()
    await expect(traffic.finish({ warmAt: 0, faultAt: 0, endingAt: 0, backAt: 0 })).rejects.toThrow(
      'the process has ended',
    )
  })
})

/** How many commands the server has run so far. */
async function commandsOf({ url }: RedisServer): Promise<number> {
  const client = createClient({ url })
  await client.connect()
  const stats = await client.info('stats')
  client.destroy()
  return Number(/total_commands_processed:(\d+)/.exec(stats)?.[1])
}
