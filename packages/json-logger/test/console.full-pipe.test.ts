import { eventually } from '@org/testkit'
import { describe, expect, it, vi } from 'vitest'
import type { LoggingOptions } from '../src/index.ts'
import { type Child, GENEROUS_MS, messageOf, numbersIn, range, start, TestPipe } from './child.fixture.ts'
import type { Command, ProgramState } from './console.program.fixture.ts'

vi.setConfig({ testTimeout: GENEROUS_MS })

const BOUND = 262_144
const PIPE_BYTES = 65_536

interface Program {
  readonly pipe: TestPipe
  readonly child: Child
  /** Sends a command without waiting for its answer. */
  readonly send: (command: Command) => void
  /** Sends a command and waits for the state behind it. */
  readonly ask: (command: Command) => Promise<ProgramState>
}

async function startProgram(options: LoggingOptions = {}): Promise<Program> {
  const pipe = new TestPipe()
  const order = { maxBufferedBytes: BOUND, exitFlushTimeout: 50, ...options }
  const child = start('console.program.fixture.ts', order, pipe.openWriting())
  await messageOf(child)
  const send = (command: Command): void => void child.process.send(command)
  const ask = (command: Command): Promise<ProgramState> => {
    const answer = messageOf<ProgramState>(child)
    send(command)
    return answer
  }
  return { pipe, child, send, ask }
}

/** Much more than pipe and bound take. */
const FLOOD: Command = { do: 'log', lines: 10_000, length: 200 }

/** The dropped lines that notices in an output tell of, and the output without them. */
function withoutNotices(output: string): { readonly told: number[]; readonly rest: string } {
  const told: number[] = []
  const rest = output.replace(/^.*json-logger - WARN - (\d+) lines? dropped.*\n/gm, (_, count: string) => {
    told.push(Number(count))
    return ''
  })
  return { told, rest }
}

describe('consoleSink on a pipe that nobody reads', () => {
  it('keeps the loop turning and its memory bounded, and accounts for each line', async () => {
    const { ask, send, child } = await startProgram()
    const before = await ask(FLOOD)
    for (let flood = 0; flood < 4; flood++) await ask(FLOOD)
    const state = await eventually(async () => {
      const now = await ask({ do: 'state' })
      return now.turns > before.turns + 20 && now
    })
    expect(state.bufferedBytes).toBeLessThanOrEqual(BOUND)
    expect(state.bufferedBytes).toBeGreaterThan(BOUND / 2)
    expect(state.rss - before.rss).toBeLessThan(50 * 2 ** 20)
    expect(state.faults).toBe(0)
    expect(state.handed).toBe(50_000)
    const held = state.handed - state.written - state.dropped
    expect(held).toBeGreaterThan(0)
    expect(held * 200).toBeLessThanOrEqual(state.bufferedBytes)
    send({ do: 'exit' })
    expect(await child.ended).toEqual({ code: 0, signal: null })
  })

  it('hands over all that is held, in order, and one notice, when the reader comes', async () => {
    const { pipe, ask, send, child } = await startProgram()
    const { dropped } = await ask(FLOOD)
    expect(dropped).toBeGreaterThan(0)
    const reading = pipe.readAll()
    const { written, bufferedBytes } = await ask({ do: 'flush' })
    expect({ written, bufferedBytes }).toEqual({ written: 10_000 - dropped, bufferedBytes: 0 })
    await ask({ do: 'log', lines: 5, length: 10 })
    send({ do: 'end' })
    const { told, rest } = withoutNotices(await reading)
    expect(told).toEqual([dropped])
    expect(numbersIn(rest)).toEqual([...range(10_000 - dropped), ...range(10_005, 10_000)])
    expect(await child.ended).toEqual({ code: 0, signal: null })
  })

  it.each(['exit', 'end', 'closeAndExit'] as const)(
    'ends all the same, and leaves whole lines only: %s',
    async (how) => {
      const { pipe, ask, send, child } = await startProgram()
      await ask(FLOOD)
      send({ do: how })
      expect(await child.ended).toEqual({ code: 0, signal: null })
      const numbers = numbersIn(await pipe.readAll())
      expect(numbers).toEqual(range(numbers.length))
      expect(numbers.length * 200).toBeGreaterThan(PIPE_BYTES / 2)
    },
  )

  it('loses nothing of what a close still waits for when the process ends', async () => {
    const { pipe, ask, send, child } = await startProgram({ exitFlushTimeout: '20s' })
    await ask({ do: 'log', lines: 1_000, length: 200 })
    send({ do: 'closeAndExit' })
    expect(numbersIn(await pipe.readAll(5_000))).toEqual(range(1_000))
    expect(await child.ended).toEqual({ code: 0, signal: null })
  })

  it('closes after exitFlushTimeout and counts what it gives up', async () => {
    const { pipe, ask, send, child } = await startProgram()
    await ask(FLOOD)
    const { handed, written, dropped, bufferedBytes } = await ask({ do: 'close' })
    expect({ bufferedBytes, handed }).toEqual({ bufferedBytes: 0, handed: written + dropped })
    send({ do: 'end' })
    expect(await child.ended).toEqual({ code: 0, signal: null })
    expect(numbersIn(await pipe.readAll())).toEqual(range(written))
  })

  it('keeps lines whole where it is set up anew while lines of before wait', async () => {
    const { pipe, ask, send } = await startProgram({ exitFlushTimeout: '20s' })
    for (let setUp = 0; setUp < 3; setUp++) {
      await ask({ do: 'log', lines: 300, length: 5_000 })
      await ask({ do: 'setUpAgain' })
    }
    const reading = pipe.readAll(1_000)
    await ask({ do: 'flush' })
    send({ do: 'end' })
    const { told, rest } = withoutNotices(await reading)
    expect(told.length).toBeGreaterThan(0)
    const numbers = numbersIn(rest)
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(numbers.length + told.reduce((a, b) => a + b)).toBe(900)
  })

  it('begins a new line behind the half of one that a close has given up', async () => {
    const { pipe, ask, send } = await startProgram()
    await ask({ do: 'log', lines: 20, length: 30_000 })
    const { written } = await ask({ do: 'close' })
    await ask({ do: 'setUpAgain' })
    await ask({ do: 'log', lines: 5, length: 100 })
    const reading = pipe.readAll()
    await ask({ do: 'flush' })
    send({ do: 'end' })
    const lines = (await reading).split('\n')
    expect(lines[written]).toMatch(new RegExp(`line ${written} end filler=x{10,29999}$`))
    expect(numbersIn(lines.toSpliced(written, 1).join('\n'))).toEqual([...range(written), ...range(25, 20)])
  })

  it('stays alive for a flush, and for nothing else', async () => {
    const { pipe, ask, send, child } = await startProgram()
    await ask({ do: 'log', lines: 1_000, length: 200 })
    send({ do: 'flushTwice' })
    send({ do: 'end' })
    const numbers = numbersIn(await pipe.readAll(3_000))
    expect(numbers).toEqual(range(1_000))
    expect(await child.ended).toEqual({ code: 0, signal: null })
  })
})

describe('consoleSink beside console.log', () => {
  it.each([{ length: 150 }, { length: 3_000 }, { length: 6_000 }, { length: 20_000 }])(
    'tears no line under backpressure, with $length characters each',
    async ({ length }) => {
      const { pipe, ask, send, child } = await startProgram({ maxBufferedBytes: '64mb', exitFlushTimeout: '20s' })
      const lines = Math.ceil(3_000_000 / length)
      const mixing = ask({ do: 'mix', lines, length, linesPerTurn: 7 })
      const reading = pipe.readAll(777)
      await mixing
      await ask({ do: 'flush' })
      send({ do: 'end' })
      const output = await reading
      const theirs = output.split('\n').filter((line) => line.startsWith('theirs '))
      const ours = output.replace(/^theirs .*\n/gm, '')
      expect(theirs).toEqual(range(lines).flatMap((n) => (n % 2 ? `theirs ${n} ${'y'.repeat(length)} end` : [])))
      expect(numbersIn(ours)).toEqual(range(Math.ceil(lines / 2)))
      expect(await child.ended).toEqual({ code: 0, signal: null })
    },
  )

  it.each([{ length: 150 }, { length: 20_000 }])(
    'loses none of ours at process.exit, which cuts theirs off ($length characters each)',
    async ({ length }) => {
      const { pipe, ask, send, child } = await startProgram({ maxBufferedBytes: '64mb', exitFlushTimeout: '20s' })
      const lines = Math.ceil(1_000_000 / length)
      await ask({ do: 'mix', lines, length, linesPerTurn: 7 })
      send({ do: 'exit' })
      const output = (await pipe.readAll(5_000)).split('\n')
      const ours = output.filter((line) => !line.startsWith('theirs ') && line !== '').map((line) => `${line}\n`)
      expect(numbersIn(ours.join(''))).toEqual(range(Math.ceil(lines / 2)))
      expect(output.filter((line) => line.startsWith('theirs ') && !line.endsWith(' end')).length).toBeLessThan(2)
      expect(await child.ended).toEqual({ code: 0, signal: null })
    },
  )

  it('keeps the process alive for what console.log has written, and loses none of it', async () => {
    const { pipe, ask, send } = await startProgram({ maxBufferedBytes: '64mb', exitFlushTimeout: '20s' })
    await ask({ do: 'mix', lines: 100, length: 20_000, linesPerTurn: 3 })
    send({ do: 'end' })
    const output = await pipe.readAll(5_000)
    expect(output.split('\n').filter((line) => /^theirs \d+ y{20000} end$/.test(line))).toHaveLength(50)
    expect(numbersIn(output.replace(/^theirs .*\n/gm, ''))).toEqual(range(50))
  })
})

describe('consoleSink whose reader is gone', () => {
  it('lives on, reports it once, and goes on where a reader comes back', async () => {
    const { pipe, ask, send, child } = await startProgram()
    pipe.closeReading()
    await ask({ do: 'log', lines: 10, length: 100 })
    await eventually(async () => (await ask({ do: 'state' })).faults > 2, { within: GENEROUS_MS })
    const broken = await ask({ do: 'flush' })
    expect(broken).toMatchObject({ handed: 10, written: 0, dropped: 0, streamErrors: 0 })
    pipe.reopenReading()
    const reading = pipe.readAll()
    await eventually(async () => (await ask({ do: 'state' })).written === 10, { within: GENEROUS_MS })
    send({ do: 'end' })
    expect(numbersIn(await reading)).toEqual(range(10))
    expect((await child.stderr).split('\n')).toEqual([
      'json-logger: console stdout: cannot be written (EPIPE)',
      'json-logger: console stdout: writing goes on',
      '',
    ])
  })

  it('ends, and closes, without waiting', async () => {
    const { pipe, ask, send, child } = await startProgram({ exitFlushTimeout: '10m' })
    pipe.closeReading()
    await ask({ do: 'log', lines: 10, length: 100 })
    expect(await ask({ do: 'close' })).toMatchObject({ written: 0, dropped: 10, bufferedBytes: 0 })
    await ask({ do: 'setUpAgain' })
    await ask({ do: 'log', lines: 10, length: 100 })
    send({ do: 'end' })
    expect(await child.ended).toEqual({ code: 0, signal: null })
  })
})
