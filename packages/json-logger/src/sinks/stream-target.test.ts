import { EventEmitter } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { StreamTarget } from './stream-target.ts'

const BOUND = 65_536
const seed = testSeed()

type Callback = (error?: Error | null) => void

/** A stream whose writes the test answers. One of Node's own takes nothing any more after a fault; this one does. */
class AnsweredStream extends EventEmitter {
  readonly received: string[] = []
  readonly callbacks: Callback[] = []

  write(chunk: Buffer, callback: Callback): boolean {
    this.received.push(chunk.toString())
    this.callbacks.push(callback)
    return false
  }

  answer(error?: Error): void {
    this.callbacks.shift()?.(error)
    if (error) process.nextTick(() => this.emit('error', error))
  }
}

const reports: string[] = []
const targets: StreamTarget[] = []

function targetOn(stream: Writable | AnsweredStream, exitFlushMs: number = 0): StreamTarget {
  const context = {
    dropNotice: (count: number) => `dropped ${count}\n`,
    report: (text: string) => void reports.push(text),
  }
  const target = new StreamTarget(stream as Writable, { maxBufferedBytes: BOUND, exitFlushMs }, context)
  targets.push(target)
  return target
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Turns of the loop, enough for callbacks, events and what follows them. */
async function turns(): Promise<void> {
  for (let count = 0; count < 6; count++) await turn()
}

function lines(begin: number, end: number): string[] {
  return Array.from({ length: end - begin }, (_, index) => `line ${begin + index} ${'x'.repeat(80)}\n`)
}

afterEach(async () => {
  await Promise.all(targets.splice(0).map((target) => target.close()))
  reports.length = 0
})

describe('StreamTarget', () => {
  it('keeps within its bound on a stream that never calls back, and accounts for each line', async () => {
    const stream = new AnsweredStream()
    const target = targetOn(stream)
    for (const line of lines(0, 5_000)) target.write(line, false)
    await turns()
    const stats = target.stats()
    const held = stream.received.join('').match(/\n/g)?.length ?? 0
    expect(stats).toMatchObject({ written: 0, writeFaults: 0 })
    expect(stats.bufferedBytes).toBeLessThanOrEqual(BOUND)
    expect(stats.dropped).toBeGreaterThan(0)
    // What the stream was given is all that was held: it was full before.
    expect(stats.written + stats.dropped + held).toBe(5_000)
    await target.close()
    expect(target.stats()).toMatchObject({ written: 0, dropped: 5_000, bufferedBytes: 0 })
    stream.answer()
    await turns()
    expect(target.stats()).toMatchObject({ written: 0, dropped: 5_000 })
  })

  it('goes on in order with one notice, without waiting for another line', async () => {
    const stream = new AnsweredStream()
    const target = targetOn(stream)
    const all = lines(0, 2_000)
    for (const line of all) target.write(line, false)
    const { dropped } = target.stats()
    await turn()
    while (stream.callbacks.length > 0) {
      stream.answer()
      await turns()
    }
    expect(stream.received.join('')).toBe(`${all.slice(0, 2_000 - dropped).join('')}dropped ${dropped}\n`)
    expect(target.stats()).toMatchObject({ written: 2_000 - dropped, dropped, bufferedBytes: 0 })
  })

  it('counts lines of writes that fail, tells of it once per change, and of the lines when writing goes on', async () => {
    const stream = new AnsweredStream()
    const target = targetOn(stream)
    for (const [at, line] of lines(0, 5).entries()) {
      target.write(line, false)
      await turns()
      stream.answer(at < 3 ? Object.assign(new Error('full'), { code: 'ENOSPC' }) : undefined)
      await turns()
    }
    stream.answer()
    await turns()
    expect(reports).toEqual(['cannot be written (ENOSPC)', 'writing goes on'])
    expect(stream.received.slice(3).join('')).toBe(`${lines(3, 4).join('')}dropped 3\n${lines(4, 5).join('')}`)
    expect(target.stats()).toMatchObject({ written: 2, dropped: 3, writeFaults: 3 })
  })

  it('survives a stream that throws, is destroyed, has ended or has failed, with no event that nobody hears', async () => {
    const throwing = new PassThrough()
    throwing.write = () => {
      throw new TypeError('no')
    }
    const destroyed = new PassThrough()
    destroyed.on('error', () => {}).destroy(new Error('gone'))
    const ended = new PassThrough().end()
    const errored = new Writable({ autoDestroy: false, write: (_chunk, _encoding, done) => done(new Error('broken')) })
    errored.on('error', () => {}).write('before')
    await turns()
    for (const stream of [throwing, destroyed, ended, errored]) {
      const target = targetOn(stream)
      for (const line of lines(0, 3)) target.write(line, true)
      await target.flush()
      expect(target.stats()).toMatchObject({ written: 0, dropped: 3, bufferedBytes: 0 })
    }
    expect(reports).toHaveLength(4)
  })

  it('still listens to a stream that breaks after the close', async () => {
    let breakAtLast = (): void => {}
    const stream = new Writable({
      write: (_chunk, _encoding, callback) => callback(new Error('broken')),
      // The event comes when the target has long been closed.
      destroy: (error, callback) => {
        breakAtLast = () => callback(error)
      },
    })
    const target = targetOn(stream)
    target.write('line\n', false)
    await target.close()
    expect(target.stats()).toMatchObject({ dropped: 1 })
    const closed = new Promise((resolve) => stream.once('close', resolve))
    breakAtLast()
    await closed
    expect(stream.errored).toBeInstanceOf(Error)
  })

  it('takes its listener off a healthy stream', async () => {
    const stream = new PassThrough().resume()
    for (let count = 0; count < 20; count++) {
      const target = targetOn(stream)
      target.write('line\n', false)
      await target.close()
      await target.close()
    }
    expect(stream.listenerCount('error')).toBe(0)
  })

  it('takes lines that its own stream logs', async () => {
    const received: string[] = []
    let echoes = 3
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, callback) => {
        received.push(chunk.toString())
        if (echoes-- > 0) target.write(`echo ${echoes}\n`, true)
        callback()
      },
    })
    const target = targetOn(stream)
    target.write('line\n', true)
    await turns()
    await target.flush()
    expect(received.join('')).toBe('line\necho 2\necho 1\necho 0\n')
  })

  it('resolves a flush at the lines of before, though more come without an end', async () => {
    const stream = new AnsweredStream()
    const target = targetOn(stream)
    target.write('first\n', false)
    const flushes = Promise.all([target.flush(), target.flush()])
    target.write('second\n', false)
    stream.answer()
    await flushes
    expect(target.stats()).toMatchObject({ written: 1 })
  })

  it('counts what comes after the close', async () => {
    const target = targetOn(new PassThrough().resume())
    target.write('line\n', false)
    const closing = target.close()
    target.write('late\n', false)
    await closing
    target.write('later\n', true)
    await target.flush()
    target.flushSync()
    expect(target.stats()).toMatchObject({ written: 1, dropped: 2, bufferedBytes: 0 })
  })

  it(`loses, doubles and reorders nothing at any pace and with any faults (seed ${seed})`, async () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 60; round++) await checkRound(random)
  })
})

async function checkRound(random: Random): Promise<void> {
  const stream = new AnsweredStream()
  const target = targetOn(stream)
  const refused: boolean[] = []
  let count = 0
  for (let step = 0; step < 60; step++) {
    const kind = random.int(0, 9)
    if (kind < 5)
      for (const line of lines(count, (count += random.int(1, 200)))) target.write(line, random.int(0, 9) === 0)
    else if (kind < 7) await turn()
    else if (kind < 8) void target.flush()
    else if (stream.callbacks.length > 0) {
      const fails = random.int(0, 3) === 0
      refused.push(fails)
      stream.answer(fails ? new Error('no') : undefined)
      await turns()
    }
  }
  target.write(lines(count, ++count)[0] as string, true)
  void target.flush()
  while (stream.callbacks.length > 0) {
    refused.push(false)
    stream.answer()
    await turns()
  }
  const accepted = stream.received.filter((_, at) => !refused[at]).join('')
  const numbers = [...accepted.matchAll(/^line (\d+) x{80}$/gm)].map((match) => Number(match[1]))
  const told = [...accepted.matchAll(/^dropped (\d+)$/gm)].map((match) => Number(match[1]))
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  expect(accepted.split('\n').length - 1).toBe(numbers.length + told.length)
  expect(told.reduce((sum, each) => sum + each, 0)).toBe(target.stats().dropped)
  expect(target.stats()).toMatchObject({ written: numbers.length, dropped: count - numbers.length, bufferedBytes: 0 })
}
