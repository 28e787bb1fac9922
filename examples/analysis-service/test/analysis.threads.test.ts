import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Worker } from 'node:worker_threads'
import { getRequestId, setupLogging, withRequestId } from '@org/json-logger'
import { outgoingHeaders, requestContext } from '@org/json-logger/http'
import { eventually } from '@org/testkit'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AcousticAnalyzer, createAcousticAnalyzer } from '../src/analysis/acoustic-analyzer.ts'
import { analyse } from '../src/analysis/analyse.ts'
import { UnreadableAudioError } from '../src/analysis/unreadable-audio-error.ts'
import { readWav } from '../src/analysis/wav.ts'
import { rawWav } from './wav-bytes.ts'

const directory = mkdtempSync(join(tmpdir(), 'analysis-'))
const logFile = join(directory, 'app.log')
const calm = join(import.meta.dirname, '..', 'samples', 'calm.wav')
const high = join(import.meta.dirname, '..', 'samples', 'high.wav')
const long = join(directory, 'long.wav')
const never = new AbortController().signal

/** The threads begun since the test began. */
const threads: Worker[] = []
const noteThread = (thread: Worker): void => void threads.push(thread)
let analyzer: AcousticAnalyzer

beforeEach(() => {
  setupLogging({ level: 'silent', console: false })
  writeFileSync(logFile, '')
  threads.length = 0
  process.on('worker', noteThread)
  analyzer = createAcousticAnalyzer({ threads: 2, logging: { level: 'debug', console: false, file: logFile } })
})

afterEach(async () => {
  await analyzer.close()
  process.off('worker', noteThread)
})

afterAll(() => rmSync(directory, { recursive: true }))

describe('AcousticAnalyzer', () => {
  it('answers what the analysis gives, and begins no thread before it is asked', async () => {
    expect(threads.length).toBe(0)
    const acoustics = await analyzer.analyse(calm, { pauseSeconds: 0.2 }, { requestId: 'r-1', signal: never })
    expect(acoustics).toEqual(analyse(readWav(readFileSync(calm)), { pauseSeconds: 0.2 }))
    expect(threads.length).toBe(1)
  })

  it('has logged with the id of each request when it answers', async () => {
    await Promise.all([
      analyzer.analyse(calm, {}, { requestId: 'request-a', signal: never }),
      analyzer.analyse(high, {}, { requestId: 'request-b', signal: never }),
    ])
    await analyzer.analyse(calm, {}, { requestId: undefined, signal: never })
    const lines = linesOf('Recording analysed')
    expect(lines.map(({ request_id }) => String(request_id)).toSorted()).toEqual([
      'request-a',
      'request-b',
      'undefined',
    ])
    expect(lines[2]).toMatchObject({ level: 'INFO', logger: 'service.analysis', bytes: 137_536, seconds: 4.297 })
  })

  it('leaves the context of the caller to the caller', async () => {
    await withRequestId('outer', () => analyzer.analyse(calm, {}, { requestId: 'given', signal: never }))
    expect(linesOf('Recording analysed')).toMatchObject([{ request_id: 'given' }])
  })

  it("logs with the caller's trace", async () => {
    const inContext = requestContext({ trustInbound: false })
    const traces: unknown[] = []
    const server = createServer((request, response) =>
      inContext(request, response, () => {
        traces.push(outgoingHeaders()['traceparent'])
        const context = { requestId: getRequestId(), signal: never }
        void analyzer.analyse(calm, {}, context).then(() => response.end())
      }),
    )
    await once(server.listen(0), 'listening')
    await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).text()
    server.close()
    expect(linesOf('Recording analysed')).toMatchObject([{ traceparent: traces[0], request_id: expect.any(String) }])
  })

  it('rejects with an error of its class where the recording is at fault, and goes on with the same thread', async () => {
    const path = join(directory, 'broken.wav')
    writeFileSync(path, rawWav({ format: 85 }))
    const failure = await failureOf(analyzer.analyse(path, {}, { requestId: 'r-2', signal: never }))
    expect(failure).toBeInstanceOf(UnreadableAudioError)
    expect(failure).toMatchObject({
      code: 'ERR_AUDIO_UNREADABLE',
      message: 'compressed WAV (format 85) is not supported',
    })
    expect(linesOf('Recording cannot be analysed')).toMatchObject([{ request_id: 'r-2' }])
    await analyzer.analyse(calm, {}, { requestId: 'r-3', signal: never })
    expect(threads.length).toBe(1)
  })

  it('rejects with what the file system throws, and with a wrong option', async () => {
    const context = { requestId: 'r-4', signal: never }
    const missing = await failureOf(analyzer.analyse(join(directory, 'none.wav'), {}, context))
    expect((missing as Error).message).toContain('ENOENT')
    expect(missing).not.toBeInstanceOf(UnreadableAudioError)
    await expect(analyzer.analyse(calm, { pauseSeconds: 99 }, context)).rejects.toThrow(RangeError)
  })

  it('ends the thread of an aborted analysis in the middle, rejects with the reason, and serves those who wait', {
    timeout: 30_000,
  }, async () => {
    const single = createAcousticAnalyzer({ threads: 1, logging: { level: 'debug', console: false, file: logFile } })
    const abort = new AbortController()
    const aborted = failureOf(single.analyse(longRecording(), {}, { requestId: 'aborted', signal: abort.signal }))
    const waiting = single.analyse(calm, {}, { requestId: 'waiting', signal: never })
    await eventually(() => linesOf('Analysing recording').length === 1)
    abort.abort(new Error('the caller went away'))
    expect(await aborted).toMatchObject({ message: 'the caller went away' })
    expect((await waiting).durationSeconds).toBe(4.297)
    expect(linesOf('Recording analysed').map(({ request_id }) => request_id)).toEqual(['waiting'])
    await single.close()
  })

  it('refuses an analysis that is aborted already, and begins no thread for it', async () => {
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(analyzer.analyse(calm, {}, { requestId: 'r-5', signal })).rejects.toThrow('too late')
    expect(threads.length).toBe(0)
  })

  it('fails only the analysis whose thread dies', { timeout: 30_000 }, async () => {
    const killed = failureOf(analyzer.analyse(longRecording(), {}, { requestId: 'killed', signal: never }))
    await eventually(() => linesOf('Analysing recording').length === 1)
    const other = analyzer.analyse(longRecording(), {}, { requestId: 'other', signal: never })
    await eventually(() => linesOf('Analysing recording').length === 2)
    const waiting = analyzer.analyse(calm, {}, { requestId: 'waiting', signal: never })
    await threads[0]?.terminate()
    expect(await killed).toBeInstanceOf(Error)
    expect((await waiting).durationSeconds).toBe(4.297)
    expect((await other).durationSeconds).toBe(LONG_SECONDS)
    const answered = linesOf('Recording analysed').map(({ request_id }) => String(request_id))
    expect(answered.toSorted()).toEqual(['other', 'waiting'])
  })

  it('fails an analysis whose thread cannot even begin', async () => {
    const logging = { level: 'loud' as 'info', console: false as const }
    const broken = createAcousticAnalyzer({ threads: 2, logging })
    for (const requestId of ['first', 'second']) {
      await expect(broken.analyse(calm, {}, { requestId, signal: never })).rejects.toThrow('level must be')
    }
    await broken.close()
  })

  it('finishes on close what was begun or waits, then refuses', async () => {
    const context = { requestId: 'r-6', signal: never }
    const all = Array.from({ length: 5 }, (_, at) => analyzer.analyse(at % 2 === 0 ? calm : high, {}, context))
    await analyzer.close()
    expect((await Promise.all(all)).map(({ durationSeconds }) => durationSeconds).length).toBe(5)
    await expect(analyzer.analyse(calm, {}, context)).rejects.toThrow('the acoustic analyser is closed')
    await analyzer.close()
  })

  it.each([0, 1.5, Number.NaN, Infinity])('refuses %d threads', (count) => {
    expect(() => createAcousticAnalyzer({ threads: count, logging: {} })).toThrow(RangeError)
  })

  it('works in a program of its own, and lets it end', async () => {
    const program = join(import.meta.dirname, 'analysis.program.fixture.ts')
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, calm])
    expect(JSON.parse(stdout)).toMatchObject({ durationSeconds: 4.297, sampleRate: 16_000 })
    expect(stderr).toContain('Recording analysed')
    expect(stderr).toContain('program-1')
  })
})

const LONG_SECONDS = 600

/** Long enough for a test to step in: about a second of work, and small on disk. */
function longRecording(): string {
  const data = Buffer.alloc(LONG_SECONDS * 8_000)
  for (let at = 0; at < data.length; at++) data[at] = 128 + 60 * Math.sin((at * 2 * Math.PI) / 50)
  writeFileSync(long, rawWav({ bits: 8, sampleRate: 8_000, data }))
  return long
}

function linesOf(message: string): Record<string, unknown>[] {
  const lines = readFileSync(logFile, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['message'] === message)
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}
