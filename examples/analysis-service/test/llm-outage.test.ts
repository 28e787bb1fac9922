import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ManualClock } from '@org/breaker/testing'
import { eventually } from '@org/testkit'
import { describe, expect, it } from 'vitest'
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
    const { client, standIn } = await startNode({ env: { CACHE_DIR: directory, CACHE_TTL: '2h' } })
    const recording = newRecording()
    standIn.faults.add({ kind: 'wrongJson', times: 1 })
    expect((await client.analyze(recording)).body.feedback.source).toBe('fallback')
    const again = await client.analyze(recording)
    expect(again.body).toMatchObject({ source: 'memory', feedback: { source: 'fallback' } })
    const [brief] = await eventually(() => livesLeftMs(directory, 1))
    expect(brief).toBeLessThanOrEqual(30_000)

    await client.analyze(newRecording())
    const lives = await eventually(() => livesLeftMs(directory, 2))
    expect(lives.at(-1)).toBeGreaterThan(7_100_000)
    expect(lives.at(0)).toBeLessThanOrEqual(30_000)
  })
})

/** How long the entries on disk live from now on, in rising order; `false` while there are not so many. */
function livesLeftMs(directory: string, entries: number): readonly number[] | false {
  const files = readdirSync(directory).filter((file) => !file.startsWith('.'))
  if (files.length !== entries) return false
  const expiries = files.map(
    (file) => (JSON.parse(readFileSync(join(directory, file), 'utf8')) as { expire: number }).expire,
  )
  return expiries.map((expire) => expire - Date.now()).toSorted((a, b) => a - b)
}
