import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LogRecord } from '../record.ts'
import { RecordOutput } from './record-output.ts'

vi.mock('./report.ts', () => ({ reportOnStderr: (text: string) => void reports.push(text) }))

const reports: string[] = []
const RECORD = {} as LogRecord

/** A sink that answers with one after the other. */
function outputOf(...answers: (() => unknown)[]): RecordOutput {
  const left = [...answers]
  return new RecordOutput('sinks[0]', { write: () => left.shift()?.() as undefined })
}

function thrower(thrown: unknown): () => never {
  return () => {
    throw thrown
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

afterEach(() => void (reports.length = 0))

describe('RecordOutput', () => {
  it('counts what a sink throws and tells once per change of state', () => {
    const fails = thrower(new TypeError('a secret'))
    const output = outputOf(
      fails,
      fails,
      () => undefined,
      () => undefined,
      fails,
    )
    for (let count = 0; count < 5; count++) output.write(RECORD)
    expect(output.stats()).toMatchObject({ written: 2, dropped: 3, writeFaults: 3 })
    expect(reports).toEqual([
      'sinks[0] failed (TypeError), its lines are dropped',
      'sinks[0] takes lines again',
      'sinks[0] failed (TypeError), its lines are dropped',
    ])
  })

  it('counts rejections, and leaves none unhandled', async () => {
    const rejects = (): Promise<never> => Promise.reject(new RangeError('a secret'))
    const output = outputOf(rejects, rejects, () => Promise.resolve(), rejects)
    for (let count = 0; count < 4; count++) {
      output.write(RECORD)
      await turn()
    }
    expect(output.stats()).toMatchObject({ written: 1, dropped: 3 })
    expect(reports).toHaveLength(3)
  })

  it('takes a promise of another make, and errors of any kind', async () => {
    const hostile = new Error('x')
    Object.defineProperty(hostile, 'name', { get: thrower(hostile) })
    // oxlint-disable-next-line unicorn/no-thenable
    const thenable = { then: (_resolve: unknown, reject: (reason: unknown) => void) => reject(hostile) }
    const output = outputOf(() => thenable, thrower(undefined), thrower(hostile))
    for (let count = 0; count < 3; count++) output.write(RECORD)
    await turn()
    expect(output.stats()).toMatchObject({ written: 0, dropped: 3 })
  })
})
