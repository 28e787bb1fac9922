import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, startRedis } from '@org/testkit'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { startChild } from './child-node.fixture.ts'
import type { Client } from './client.ts'
import { startNode, temporaryDirectory } from './node.fixture.ts'
import { newRecording, sample } from './recordings.ts'

describe('the tiers', () => {
  it('answer the second request from memory', async () => {
    const { client, standIn } = await startNode()
    const first = await client.analyze(sample('calm'))
    const second = await client.analyzeForm(sample('calm'))
    expect(first).toMatchObject({ status: 200, body: { source: 'computed', feedback: { source: 'llm' } } })
    expect(first.headers.get('cache-status')).toBe('analysis; fwd=miss; stored')
    expect(first.headers.get('server-timing')).toMatch(/^upload;dur=[\d.]+, analysis;dur=[\d.]+$/)
    expect(second).toMatchObject({ status: 200, body: { source: 'memory', sha256: first.body.sha256 } })
    expect(second.headers.get('cache-status')).toBe('analysis; hit; detail=memory')
    expect(second.body.acoustics).toEqual(first.body.acoustics)
    expect(second.body.feedback).toEqual(first.body.feedback)
    expect(second.body.requestId).not.toBe(first.body.requestId)
    expect(standIn.seen.chat).toBe(1)
  })

  it('keep in memory what is asked for often while others pass, within bounds of entries and bytes', async () => {
    const { client } = await startNode({ env: { MEMORY_ENTRIES: '4' } })
    for (let times = 0; times < 4; times++) await client.analyze(sample('calm'))
    for (let others = 0; others < 8; others++) await client.analyze(newRecording())
    expect((await client.analyze(sample('calm'))).body.source).toBe('memory')
    const { memory_size, memory_maxsize, stats } = await client.cacheStats()
    expect([memory_size, memory_maxsize, stats.tiers['memory']?.maxWeight]).toEqual([4, 4, 64 * 1024 ** 2])
    expect(stats.tiers['memory']?.weight).toBeGreaterThan(4 * 1000)
    expect(stats.tiers['memory']?.removals.capacity).toBe(5)
  })

  it('tell other options and other recordings apart', async () => {
    const { client } = await startNode()
    const recording = sample('pauses')
    const sources = []
    for (const query of ['', '?pauseSeconds=1', '?pauseSeconds=0.3', '?pauseSeconds=1.0', '?pauseSeconds=.30']) {
      sources.push((await client.analyze(recording, { query })).body.source)
    }
    expect(sources).toEqual(['computed', 'computed', 'memory', 'memory', 'memory'])
    expect((await client.analyze(newRecording())).body.source).toBe('computed')
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'answer from disk after a restart, also after %s',
    { timeout: 90_000 },
    async (signal) => {
      const directory = temporaryDirectory()
      const env = { CACHE_DIR: join(directory, 'cache'), LOG_FILE: join(directory, 'log'), TMPDIR: directory }
      const before = await startChild(env)
      const computed = await before.client.analyze(sample('calm'))
      // The write to disk goes on after the answer: a stop waits for it, a kill does not.
      if (signal === 'SIGKILL') await eventually(() => isOneEntryIn(env.CACHE_DIR))
      before.kill(signal)
      expect(await before.end).toBe(signal === 'SIGTERM' ? 0 : signal)

      const after = await startChild(env)
      const fromDisk = await after.client.analyze(sample('calm'))
      expect(fromDisk.body.source).toBe('disk')
      expect(fromDisk.headers.get('cache-status')).toBe('analysis; hit; detail=disk')
      expect(fromDisk.body.acoustics).toEqual(computed.body.acoustics)
      expect((await after.client.analyze(sample('calm'))).body.source).toBe('memory')
      expect(await after.client.cacheStats()).toMatchObject({ hits_memory: 1, hits_redis: 0, hits_disk: 1, misses: 0 })
    },
  )

  it('answer from Redis on the other nodes', async () => {
    const env = { REDIS_URL: inject('redisUrl') }
    const [one, early, other] = [await startNode({ env }), await startNode({ env }), await startNode({ env })]
    const recording = newRecording()
    expect((await one.client.analyze(recording)).body.source).toBe('computed')
    // The write to Redis goes on after the answer: who comes so early may have to wait for it, but computes nothing.
    await early.client.analyze(recording)
    const answer = await other.client.analyze(recording, { query: '?pauseSeconds=0.3' })
    expect(answer.body.source).toBe('redis')
    expect(answer.headers.get('cache-status')).toBe('analysis; hit; detail=redis')
    for (const { client } of [one, early, other]) {
      expect((await client.analyze(recording)).body.source).toBe('memory')
    }
    expect([one, early, other].map(({ standIn }) => standIn.seen.chat)).toEqual([1, 0, 0])
    expect(await other.client.cacheStats()).toMatchObject({
      hits_memory: 1,
      hits_redis: 1,
      misses: 0,
      redis_available: true,
    })
  })

  it('lose nobody a request when Redis is killed and comes back', { timeout: 60_000 }, async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    const { client } = await startNode({ env: { REDIS_URL: redis.url, MAX_QUEUE: '100' } })
    expect((await client.cacheStats()).redis_available).toBe(true)
    const traffic = new Traffic(client)
    await traffic.flows(30)
    await redis.kill()
    await eventually(async () => !(await client.cacheStats()).redis_available, { within: 10_000 })
    await traffic.flows(60)
    await redis.restart()
    await eventually(async () => (await client.cacheStats()).redis_available, { within: 20_000 })
    const setsBefore = (await client.cacheStats()).stats.tiers['redis']?.sets ?? 0
    await traffic.flows(30)
    await traffic.stop()
    expect((await client.cacheStats()).stats.tiers['redis']?.sets).toBeGreaterThan(setsBefore)
    expect(traffic.statuses).toEqual(new Set([200]))
  })

  it('know before the first request that there is no Redis, and when there is one', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    await redis.kill()
    const { client } = await startNode({ env: { REDIS_URL: redis.url } })
    expect(await client.cacheStats()).toMatchObject({ redis_available: false, total_requests: 0, hit_rate: '0.0%' })
    await redis.restart()
    await eventually(async () => (await client.cacheStats()).redis_available, { within: 20_000 })
    expect(await client.cacheStats()).toMatchObject({ total_requests: 0, hit_rate: '0.0%' })
  })
})

/** Whether an entry has been written: a segment that holds none is far smaller. */
function isOneEntryIn(directory: string): boolean {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return files.some((file) => file.endsWith('.seg') && statSync(join(directory, file)).size > 1_000)
}

/** Requests, five at a time: half of them for one recording, the rest for ones that are new. */
class Traffic {
  readonly statuses = new Set<number>()
  readonly #hot = newRecording()
  readonly #senders: readonly Promise<void>[]
  #answered = 0
  #isStopped = false

  constructor(client: Client) {
    this.#senders = Array.from({ length: 5 }, () => this.#send(client))
  }

  async flows(requests: number): Promise<void> {
    const goal = this.#answered + requests
    await eventually(() => this.#answered >= goal, { within: 30_000 })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#senders)
  }

  async #send(client: Client): Promise<void> {
    for (let at = 0; !this.#isStopped; at++) {
      const answer = await client.analyze(at % 2 === 0 ? this.#hot : newRecording())
      this.statuses.add(answer.status)
      this.#answered++
    }
  }
}
