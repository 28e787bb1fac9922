import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Case, CASES } from '../src/logger/cases.ts'
import type { ContestantId } from '../src/logger/contestants.ts'
import { MORTALS } from '../src/logger/losses/deaths.ts'
import { measureDeaths } from '../src/logger/losses/measure-deaths.ts'
import { type LoggerJob, measureJob } from '../src/logger/processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'logger-processes-'))
afterAll(() => rmSync(folder, { recursive: true }))

const { signal } = new AbortController()
const SHORT = { warmUpLines: 100, lines: 200, calls: 100 }
const SILENT = { part: () => {}, step: () => {}, end: () => {} }
const caseOf = (id: string): Case => CASES.find((one) => one.id === id) as Case

const job = (id: string, contestant: ContestantId, changes: Partial<LoggerJob> = {}): LoggerJob => ({
  case: caseOf(id),
  contestant,
  plan: SHORT,
  specifier: 'data:text/javascript,export {}',
  ...changes,
})

// A contestant that wrote less than it was told to would look fast: each process proves its lines.
const WRITERS = ['rotated', 'both', 'durable'].flatMap((id) =>
  caseOf(id).contestants.map((contestant) => ({ id, contestant })),
)

// A busy machine takes its time to start so many processes.
const PATIENCE = { timeout: 60_000 }

describe('measureJob', PATIENCE, () => {
  it.each(WRITERS)('$id: $contestant writes every line whole', async ({ id, contestant }) => {
    const answer = await measureJob(job(id, contestant), folder, signal)
    expect(answer).toEqual({ sample: { cpuNs: expect.any(Number), wallNs: expect.any(Number) } })
  })

  it.each(['disabled', 'lazy', 'bare', 'import'])('%s: answers what the process measured', async (id) => {
    const answer = await measureJob(job(id, 'ours'), folder, signal)
    expect(answer).toHaveProperty('sample')
  })

  it('answers a fault where the contestant cannot do it', async () => {
    expect(await measureJob(job('lazy', 'pino'), folder, signal)).toEqual({
      fault: 'takes no fields as a function',
    })
  })

  it('ends the process with the reason of the signal', async () => {
    const controller = new AbortController()
    const plan = { ...SHORT, lines: 100_000_000 }
    const pending = measureJob(job('file', 'floor-template', { plan }), folder, controller.signal)
    controller.abort(new Error('stop'))
    await expect(pending).rejects.toThrow('stop')
  })
})

describe('measureDeaths', PATIENCE, () => {
  it('counts what each contestant leaves', async () => {
    const parent = join(folder, 'deaths')
    mkdirSync(parent)
    const cells = await measureDeaths({ runs: 1, deaths: ['exit-turn', 'errors'] }, parent, SILENT, signal)
    expect(cells).toHaveLength(2 * MORTALS.length)
    const lost = (contestant: ContestantId) =>
      cells.filter((cell) => cell.contestant === contestant).map((cell) => cell.lost)
    expect(lost('ours')).toEqual([0, 0])
    expect(lost('pino')).toEqual([0, 0])
    // It hands its lines to a stream and leaves it at that.
    expect(lost('winston').every((count) => count > 0)).toBe(true)
  })
})
