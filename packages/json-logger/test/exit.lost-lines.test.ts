import { openSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { GENEROUS_MS, freshPath, numbersIn, range, start, TestPipe } from './child.fixture.ts'
import type { ExitOrder } from './exit.program.fixture.ts'

vi.setConfig({ testTimeout: GENEROUS_MS })

const LINES = 2_000

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: number[]
  readonly file: number[]
}

/** Runs a program whose stdout is a pipe that is read. */
async function run(order: Omit<ExitOrder, 'file'>): Promise<Ended> {
  const pipe = new TestPipe()
  const file = freshPath('app.log')
  const child = start('exit.program.fixture.ts', { ...order, file } satisfies ExitOrder, pipe.openWriting())
  const stdout = numbersIn(await pipe.readAll())
  return { ...(await child.ended), stdout, file: numbersIn(readFileSync(file, 'utf8')) }
}

const inOneTurn = { lines: LINES, linesPerTurn: LINES, isSameTurn: true }
/** No more than a pipe takes while its reader sleeps: what waits for a reader dies with the process. */
const FEW = 200

const spread = { lines: LINES, linesPerTurn: 7, isSameTurn: true }

describe('setupLogging, at the end of the process', () => {
  it.each(
    (['exit', 'natural', 'uncaught', 'rejection'] as const).flatMap((end) => [
      { end, ...inOneTurn },
      { end, ...spread },
    ]),
  )('loses no line on stdout and in the file: $end, $linesPerTurn lines per turn', async (order) => {
    const { code, signal, stdout, file } = await run(order)
    expect({ code, signal }).toEqual({ code: order.end === 'exit' || order.end === 'natural' ? 0 : 1, signal: null })
    expect(stdout).toEqual(range(LINES))
    expect(file).toEqual(range(LINES))
  })

  it('loses no line on stdout that is a file', async () => {
    const out = freshPath('stdout')
    const order: ExitOrder = { end: 'exit', ...inOneTurn }
    await start('exit.program.fixture.ts', order, openSync(out, 'w')).ended
    expect(numbersIn(readFileSync(out, 'utf8'))).toEqual(range(LINES))
  })

  it.each([{ end: 'exit' as const }, { end: 'uncaught' as const }])(
    "writes what 'exit' listeners behind its own log: $end",
    async ({ end }) => {
      const { stdout, file } = await run({ ...inOneTurn, end, lines: 10, logsInExit: 20 })
      expect(stdout).toEqual(range(30))
      expect(file).toEqual(range(30))
    },
  )
})

describe('flushOnSignal', () => {
  it.each(
    (['SIGTERM', 'SIGINT', 'SIGHUP'] as const).flatMap((end) => [
      { end, ...inOneTurn, setUps: 1 },
      { end, ...spread, setUps: 3 },
    ]),
  )('loses no line and dies of $end, after $setUps set-ups', async (order) => {
    const { signal, stdout, file } = await run({ ...order, flushOnSignal: true })
    expect(signal).toBe(order.end)
    expect(stdout).toEqual(range(LINES))
    expect(file).toEqual(range(LINES))
  })

  it.each(['on', 'once'] as const)("leaves the end to the program's own listener (%s)", async (listens) => {
    const { code, signal, stdout, file } = await run({ ...inOneTurn, end: 'SIGTERM', flushOnSignal: true, listens })
    expect({ code, signal }).toEqual({ code: 7, signal: null })
    expect(stdout).toEqual(range(LINES + 1))
    expect(file).toEqual(range(LINES + 1))
  })
})

describe('setupLogging without flushOnSignal', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('loses the running turn at most: %s', async (end) => {
    const { signal, stdout, file } = await run({ ...spread, lines: FEW, end })
    expect(signal).toBe(end)
    for (const numbers of [stdout, file]) {
      expect(numbers).toEqual(range(numbers.length))
      expect(numbers.length).toBeGreaterThanOrEqual(FEW - spread.linesPerTurn)
    }
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('loses none of a turn that is over: %s', async (end) => {
    const { stdout, file } = await run({ ...spread, lines: FEW, end, isSameTurn: false })
    expect(stdout).toEqual(range(FEW))
    expect(file).toEqual(range(FEW))
  })

  it('loses no error, not even of the running turn', async () => {
    const { stdout, file } = await run({
      ...inOneTurn,
      lines: FEW,
      end: 'SIGKILL',
      level: 'error',
    })
    expect(stdout).toEqual(range(FEW))
    expect(file).toEqual(range(FEW))
  })
})
