import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { getLogger, type Logging, type LoggingOptions, memorySink, setupLogging, streamSink } from '../src/index.ts'
import { freshPath } from './child.fixture.ts'

const log = getLogger('app')
const open: Logging[] = []

function setUp(options: LoggingOptions): Logging {
  const logging = setupLogging({ console: false, ...options })
  open.push(logging)
  return logging
}

function messagesOf(stream: PassThrough): string[] {
  let text = ''
  for (let chunk: Buffer | null; (chunk = stream.read() as Buffer | null) !== null; ) text += chunk.toString()
  return text.split('\n').flatMap((line) => (line === '' ? [] : (JSON.parse(line) as { message: string }).message))
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((logging) => logging.close()))
})

describe('the sinks of setupLogging', () => {
  it('get their lines whatever the sinks before them do, each from its own level on', async () => {
    const memory = memorySink()
    const stream = new PassThrough()
    const broken = (): never => {
      throw new Error('no')
    }
    const logging = setUp({
      level: 'trace',
      sinks: [
        broken,
        () => Promise.reject(new Error('no')) as never,
        { level: 'error', write: (record) => memory.write(record) },
        streamSink(stream, { level: 'warn' }),
        { write: broken, flush: broken, flushSync: broken, close: broken },
      ],
    })
    for (const level of ['trace', 'info', 'warn', 'error'] as const) log[level](level)
    await logging.flush()
    logging.flushSync()
    expect(memory.records.map(({ message }) => message)).toEqual(['error'])
    expect(messagesOf(stream)).toEqual(['warn', 'error'])
    const { lines, dropped, sinks } = logging.stats()
    expect({ lines, dropped }).toEqual({ lines: 4, dropped: 12 })
    expect(sinks.map(({ written }) => written).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1, 2])
    await logging.close()
  })

  it('serve the next set-up as well: the same file, the same sink', async () => {
    const file = freshPath('app.log')
    const stream = new PassThrough()
    const sink = streamSink(stream)
    for (let count = 0; count < 12; count++) {
      setUp({ file, sinks: [sink] })
      log.info(`line ${count}`)
    }
    await open.at(-1)?.flush()
    const expected = Array.from({ length: 12 }, (_, count) => `line ${count}`)
    expect(messagesOf(stream)).toEqual(expected)
    const written = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(written.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(expected)
  })

  it('listen to signals only where that is asked for, and no longer than until the close', async () => {
    const before = process.listenerCount('SIGTERM')
    const listeners = (): number => process.listenerCount('SIGTERM') - before
    setUp({ flushOnSignal: true })
    expect(listeners()).toBe(1)
    setUp({})
    expect(listeners()).toBe(0)
    const logging = setUp({ flushOnSignal: true })
    await open[0]?.close()
    expect(listeners()).toBe(1)
    await logging.close()
    expect(listeners()).toBe(0)
  })

  it('may be closed again, flushed after it, and closed by await using', async () => {
    const stream = new PassThrough()
    {
      await using logging = setUp({ sinks: [streamSink(stream)] })
      log.info('line')
      await Promise.all([logging.close(), logging.close()])
      await logging.flush()
      logging.flushSync()
      expect(logging.stats()).toMatchObject({ lines: 1, dropped: 0, bufferedBytes: 0 })
    }
    expect(messagesOf(stream)).toEqual(['line'])
    expect(stream.writableEnded).toBe(false)
    expect(stream.listenerCount('error')).toBe(0)
  })

  it('are closed once, and not where the next set-up has them', async () => {
    const stream = new PassThrough()
    let closes = 0
    const sinks = [streamSink(stream), { write: () => {}, close: async () => void closes++ }]
    const before = setUp({ sinks })
    const logging = setUp({ sinks })
    await before.close()
    await before.close()
    expect(closes).toBe(1)
    log.info('line')
    await logging.flush()
    expect(messagesOf(stream)).toEqual(['line'])
  })
})
