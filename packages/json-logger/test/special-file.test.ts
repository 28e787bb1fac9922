import { eventually } from '@org/testkit'
import { describe, expect, it, vi } from 'vitest'
import { fileSink, getLogger, setupLogging } from '../src/index.ts'
import { GENEROUS_MS, messageOf, start, TestPipe } from './child.fixture.ts'
import type { Command, ProgramState } from './console.program.fixture.ts'

vi.setConfig({ testTimeout: GENEROUS_MS })

const BOUND = 262_144
const FLOOD: Command = { do: 'log', lines: 10_000, length: 200 }

describe('fileSink on what is no file', () => {
  it('keeps the loop turning while nobody reads the FIFO, accounts for each line, and lets the process end', async () => {
    const fifo = new TestPipe()
    const options = { console: false, file: fifo.path, maxBufferedBytes: BOUND, exitFlushTimeout: 50 }
    const child = start('console.program.fixture.ts', options, new TestPipe().openWriting())
    await messageOf(child)
    const ask = (command: Command): Promise<ProgramState> => {
      const answer = messageOf<ProgramState>(child)
      child.process.send(command)
      return answer
    }
    const before = await ask(FLOOD)
    const state = await eventually(async () => {
      const now = await ask({ do: 'state' })
      return now.turns > before.turns + 20 && now
    })
    expect(state.bufferedBytes).toBeLessThanOrEqual(BOUND)
    expect(state.dropped).toBeGreaterThan(0)
    expect(state.written + state.dropped).toBeLessThan(state.handed)
    child.process.send({ do: 'exit' } satisfies Command)
    const output = await fifo.readAll()
    const lines = output.split('\n').slice(0, -1)
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow()
  })

  it('never rotates a device', async () => {
    const logging = setupLogging({ console: false, sinks: [fileSink({ file: '/dev/null', maxFileBytes: 1 })] })
    for (let at = 0; at < 100; at++) getLogger('app').error('gone')
    expect(logging.stats()).toMatchObject({ lines: 100, dropped: 0, rotations: 0, writeFaults: 0, bufferedBytes: 0 })
    await logging.close()
  })
})
