import { execFileSync, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import type { LoggingStats } from '../src/index.ts'
import { GENEROUS_MS, freshPath, messageOf, numbersIn, range, start, TestPipe } from './child.fixture.ts'
import type { Surroundings } from './console.surroundings.fixture.ts'

vi.setConfig({ testTimeout: GENEROUS_MS })

const FIXTURE = 'console.surroundings.fixture.ts'

interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

async function run(order: Surroundings, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const pipe = new TestPipe()
  const child = start(FIXTURE, order, pipe.openWriting(), env)
  const stdout = await pipe.readAll()
  return { stdout, stderr: await child.stderr, code: (await child.ended).code }
}

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b)
}

describe('consoleSink on a full disk', () => {
  it('throws nothing, reports it once and counts every line', async () => {
    const order: Surroundings = { options: {}, lines: 1_000, closes: true }
    const child = start(FIXTURE, order, openSync('/dev/full', 'w'))
    const { sinks } = await messageOf<LoggingStats>(child)
    expect(await child.ended).toEqual({ code: 0, signal: null })
    expect(sinks[0]).toMatchObject({ written: 0, dropped: 1_000, bufferedBytes: 0 })
    expect(await child.stderr).toBe('json-logger: console stdout: cannot be written (ENOSPC)\n')
  })
})

describe('consoleSink, many times', () => {
  it('holds up the end no longer than one stuck sink does', async () => {
    const pipe = new TestPipe()
    const order: Surroundings = { options: { exitFlushTimeout: '2s' }, lines: 1_000, moreSinks: 30 }
    // One after the other they would take a minute.
    const child = start(FIXTURE, order, pipe.openWriting())
    expect(await child.ended).toEqual({ code: 0, signal: null })
    pipe.closeReading()
  })
})

describe('consoleSink in worker threads', () => {
  it.each([{ closes: true }, { closes: false }])('loses no line on stdout and in the file (%o)', async ({ closes }) => {
    const file = freshPath('app.log')
    const { stdout, stderr, code } = await run({ options: { file }, lines: 500, threads: 3, closes })
    const expected = range(500).flatMap((number) => [number, number, number])
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(sorted(numbersIn(readFileSync(file, 'utf8')))).toEqual(expected)
    expect(sorted(numbersIn(stdout))).toEqual(expected)
  })
})

describe('getLogger before any set-up', () => {
  it('writes text to stderr, from info on', async () => {
    const { stdout, stderr, code } = await run({ lines: 2_000 })
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 })
    expect(numbersIn(stderr)).toEqual(range(2_000))
  })

  it('follows LOG_LEVEL', async () => {
    expect((await run({ lines: 5 }, { LOG_LEVEL: 'WARN' })).stderr).toBe('')
    expect(numbersIn((await run({ lines: 5 }, { LOG_LEVEL: 'Debug' })).stderr)).toEqual([...range(5), 1_000_000])
  })

  it('reports a LOG_LEVEL that is none once, and uses info', async () => {
    const { stderr, code } = await run({ lines: 5 }, { LOG_LEVEL: 'loud' })
    const [report, ...lines] = stderr.split('\n')
    expect(code).toBe(0)
    expect(report).toMatch(/^json-logger: LOG_LEVEL must be .*; info is used$/)
    expect(numbersIn(lines.join('\n'))).toEqual(range(5))
  })
})

const hasPython = spawnedWell('python3', ['-c', 'import pty'])

function spawnedWell(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** What a terminal gets. */
async function runOnTerminal(env: NodeJS.ProcessEnv): Promise<string> {
  const order: Surroundings = { options: {}, lines: 1 }
  const script = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'
  const args = ['-c', script, process.execPath, join(import.meta.dirname, FIXTURE), JSON.stringify(order)]
  const clean = { NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined, LOG_LEVEL: undefined }
  const child = spawn('python3', args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...clean, TERM: 'xterm-256color', ...env },
  })
  return text(child.stdout)
}

const ESC = '\u001B['

describe('consoleSink and colours', () => {
  it.runIf(hasPython)('colours on a terminal that has them', async () => {
    expect(await runOnTerminal({})).toContain(ESC)
    expect(await runOnTerminal({ NO_COLOR: '1' })).not.toContain(ESC)
    expect(await runOnTerminal({ TERM: 'dumb' })).not.toContain(ESC)
  })

  it('colours a pipe only where that is forced', async () => {
    const order: Surroundings = { options: {}, lines: 1 }
    const plain = { NO_COLOR: undefined, TERM: 'xterm-256color' }
    expect((await run(order, plain)).stdout).not.toContain(ESC)
    expect((await run(order, { ...plain, FORCE_COLOR: '1' })).stdout).toContain(ESC)
  })
})
