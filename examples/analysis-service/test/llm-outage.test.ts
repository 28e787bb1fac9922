import { join } from 'node:path'
import { ManualClock } from '@org/breaker/testing'
import { TieredCache } from '@org/tiered-cache'
import { diskTier } from '@org/tiered-cache/disk'
import { describe, expect, it } from 'vitest'
import { analysisKey } from '../src/analysis-key.ts'
import { startNode, temporaryDirectory } from './node.fixture.ts'
import { newRecording } from './recordings.ts'

describe('without the model', () => {
  it('analyses go on with a fallback, the breaker opens, and closes when the model is back', {
    timeout: 60_000,
  }, async () => {
    const breakerClock = new ManualClock()
    const { client, standIn, log } = await startNode({ breakerClock })
    standIn.faults.add({ kind: '500' })
    for (let request = 0; request < 2; request++) {
      const { status, body } = await client.analyze(newRecording())
      expect([status, body.feedback.source]).toEqual([200, 'fallback'])
    }
    expect(await client.pipelineStats()).toMatchObject({ breaker: 'open' })
    expect(standIn.seen.chat).toBe(5)

    for (let request = 0; request < 5; request++) {
      expect((await client.analyze(newRecording())).body.feedback.source).toBe('fallback')
    }
    expect(standIn.seen.chat).toBe(5)

    standIn.faults.clear()
    await breakerClock.advance('60s')
    expect((await client.analyze(newRecording())).body.feedback.source).toBe('llm')
    expect(await client.pipelineStats()).toMatchObject({ breaker: 'closed' })
    const changes = log().filter(({ message }) => String(message).startsWith('the breaker'))
    expect(changes.map(({ level, message }) => [level, message])).toEqual([
      ['ERROR', 'the breaker opened'],
      ['WARN', 'the breaker lets a probe through'],
      ['INFO', 'the breaker closed'],
    ])
  })

  it('a crowd with one recording gets one fallback, made once', async () => {
    const { client, standIn } = await startNode()
    standIn.faults.add({ kind: 'wrongJson' })
    const recording = newRecording()
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.analyze(recording)))
    expect(new Set(answers.map(({ body }) => body.feedback.source))).toEqual(new Set(['fallback']))
    expect((await client.cacheStats()).stats.loads).toBe(1)
    expect(standIn.seen.chat).toBe(1)
  })

  it('an analysis is kept for half a minute, one with the model for as long as CACHE_TTL says', async () => {
    const directory = join(temporaryDirectory(), 'cache')
    const { client, standIn, close } = await startNode({ env: { CACHE_DIR: directory, CACHE_TTL: '2h' } })
    const recording = newRecording()
    standIn.faults.add({ kind: 'wrongJson', times: 1 })
    expect((await client.analyze(recording)).body.feedback.source).toBe('fallback')
    const again = await client.analyze(recording)
    expect(again.body).toMatchObject({ source: 'memory', feedback: { source: 'fallback' } })
    const whole = await client.analyze(newRecording())
    await close()
    const [brief, long] = await livesLeftMs(directory, [again.body.sha256, whole.body.sha256])
    expect(brief).toBeLessThanOrEqual(30_000)
    expect(long).toBeGreaterThan(7_100_000)
  })
})

/** How long the analyses on the disk of a service that has stopped live from now on. */
async function livesLeftMs(directory: string, recordings: readonly string[]): Promise<readonly number[]> {
  await using cache = new TieredCache({ tiers: [diskTier({ directory })] })
  await cache.ready()
  const entries = await Promise.all(recordings.map((sha256) => cache.entry(analysisKey(sha256, {}, 'gigachat'))))
  return entries.map((entry) => (entry?.expiresAt ?? 0) - Date.now())
}
