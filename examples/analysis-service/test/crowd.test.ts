import { join } from 'node:path'
import { eventually } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { startNode, temporaryDirectory } from './node.fixture.ts'
import { newRecording, sample } from './recordings.ts'

const isAnalysis = (line: Record<string, unknown>): boolean => line['message'] === 'Recording analysed'

describe('a crowd', () => {
  it('of 200 equal uploads is one analysis and 200 good answers', { timeout: 60_000 }, async () => {
    const node = await startNode({ env: { MAX_PARALLEL: '1', MAX_QUEUE: '0' } })
    const recording = sample('calm')
    const answers = await Promise.all(Array.from({ length: 200 }, () => node.client.analyze(recording)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.acoustics))).size).toBe(1)
    expect(new Set(answers.map(({ body }) => body.requestId)).size).toBe(200)
    expect(node.standIn.seen.chat).toBe(1)
    const stats = await node.client.cacheStats()
    expect(stats).toMatchObject({ total_requests: 200, stats: { loads: 1 } })
    expect(stats.hits_memory + stats.hits_disk + stats.misses).toBe(200)
    const own = answers.filter(({ headers }) => headers.get('cache-status') === 'analysis; fwd=miss; stored')
    expect(own).toHaveLength(1)
    const others = answers.filter((answer) => !own.includes(answer))
    for (const { headers } of others) {
      expect(headers.get('cache-status')).toMatch(/^analysis; (fwd=miss; collapsed|hit; detail=memory)$/)
    }
    expect(node.log().filter(isAnalysis)).toHaveLength(1)
  })

  it('is told by each answer where that came from, however mixed it is', { timeout: 60_000 }, async () => {
    const env = { CACHE_DIR: join(temporaryDirectory(), 'cache'), MAX_QUEUE: '100' }
    const [inMemory, onDisk, unknown] = [batch(8), batch(8), batch(8)]
    const earlier = await startNode({ env })
    await Promise.all([...onDisk, ...inMemory].map((recording) => earlier.client.analyze(recording)))
    await earlier.close()
    const { client } = await startNode({ env })
    await Promise.all(inMemory.map((recording) => client.analyze(recording)))

    const expected = [...inMemory.map(() => 'memory'), ...onDisk.map(() => 'disk'), ...unknown.map(() => 'computed')]
    const wanted = [...inMemory, ...onDisk, ...unknown]
    const answers = await Promise.all([...wanted, ...wanted].map((recording) => client.analyze(recording)))
    const sources = answers.map(({ body }) => body.source)
    // Of two who ask at once for what is on disk, the second may find it in memory.
    const pairs = expected.map((source, at) => [source, sources[at], sources[at + wanted.length]])
    for (const [source, one, two] of pairs) {
      if (source === 'memory') expect([one, two]).toEqual(['memory', 'memory'])
      else
        expect([one, two]).toSatisfy((both: string[]) => both.includes(source as string) && isPlausible(both, source))
    }
    const stats = await client.cacheStats()
    expect(stats.hits_memory + stats.hits_disk + stats.misses).toBe(stats.total_requests)
    expect(stats.stats.loads).toBe(unknown.length)
  })

  it('beyond the places and the queue is sent away for a while', { timeout: 60_000 }, async () => {
    const { client, standIn } = await startNode({ env: { MAX_PARALLEL: '1', MAX_QUEUE: '1' } })
    standIn.faults.add({ kind: 'slow', ms: 5_000, times: 1 })
    const running = client.analyze(newRecording())
    await eventually(() => standIn.seen.chat === 1)
    const waiting = client.analyze(newRecording())
    await eventually(async () => (await client.pipelineStats()).queue_length === 1)
    expect(await client.pipelineStats()).toMatchObject({
      active: 1,
      max_parallel: 1,
      queue_length: 1,
      breaker: 'closed',
    })

    const refused = await client.analyze(newRecording())
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'ERR_BUSY' } } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await running).status).toBe(200)
    expect((await waiting).status).toBe(200)
    expect(await client.pipelineStats()).toMatchObject({ active: 0, queue_length: 0 })
  })
})

function batch(size: number): readonly Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: size }, () => newRecording())
}

function isPlausible(both: readonly string[], source: string | undefined): boolean {
  return both.every((each) => each === source || each === 'memory')
}
