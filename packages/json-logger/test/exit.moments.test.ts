import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import type { LoggingStats } from '../src/index.ts'
import { GENEROUS_MS, freshPath, messageOf, start, TestPipe } from './child.fixture.ts'
import type { MomentsTold } from './exit.moments.fixture.ts'

vi.setConfig({ testTimeout: GENEROUS_MS })

function lineCount(text: string): number {
  return text.split('\n').length - 1
}

describe('a log call', () => {
  it('never throws and is written to every sink: from getters, toJSON, lazy functions, sinks, in a crash, in exit', async () => {
    const file = freshPath('app.log')
    const pipe = new TestPipe()
    const child = start('exit.moments.fixture.ts', { file }, pipe.openWriting())
    const told = messageOf<MomentsTold>(child)
    const stdout = await pipe.readAll()
    const { called, threw, lines, sinks } = await told
    const stderr = await child.stderr
    expect(await child.ended).toEqual({ code: 0, signal: null })
    expect({ threw, lines }).toEqual({ threw: 0, lines: called })
    for (const { name, written, dropped } of sinks) {
      const isStream = name === 'stream'
      // A stream's answer to its last write comes in a turn that never is.
      expect({ name, dropped, written: isStream ? called : written }).toEqual({ name, dropped: 0, written: called })
    }
    const text = readFileSync(file, 'utf8')
    for (const line of text.trimEnd().split('\n')) JSON.parse(line)
    expect([lineCount(stdout), lineCount(text), lineCount(stderr)]).toEqual([called, called, called])
    for (const output of [stdout, text, stderr]) expect(output).toContain('in uncaughtException')
  })

  it.each(['info', 'error'] as const)('leaves all in order where the stack overflows: %s', async (level) => {
    const file = freshPath('app.log')
    const pipe = new TestPipe()
    const child = start('exit.deep.fixture.ts', { file, level }, pipe.openWriting())
    const told = messageOf<LoggingStats & { next: number }>(child)
    const stdout = await pipe.readAll()
    const { next, sinks, bufferedBytes } = await told
    expect(await child.ended).toEqual({ code: 0, signal: null })
    expect(await child.stderr).toBe('')
    expect(bufferedBytes).toBe(0)
    const text = readFileSync(file, 'utf8')
    for (const line of text.trimEnd().split('\n')) JSON.parse(line)
    for (const [at, output] of [stdout, text].entries()) {
      const numbers = [...output.matchAll(/\bline (\d+) end\b/g)].map((match) => Number(match[1]))
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
      expect(numbers.at(-1)).toBe(next - 1)
      // A line may be out, and the stack end before it is counted.
      expect([0, 1]).toContain(numbers.length - (sinks[at]?.written ?? Number.NaN))
    }
  })
})
