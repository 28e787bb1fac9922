import { describe, expect, it } from 'vitest'
import type { Case } from '../src/memory/cases.ts'
import type { ContestantId } from '../src/memory/contestants.ts'
import { measureJob } from '../src/memory/processes.ts'
import type { Job } from '../src/memory/run-case.ts'

const { signal } = new AbortController()
const SHORT = { warmUpMs: 1, measureMs: 1, share: 1 / 256 }
const job = (kind: Case['kind'], contestant: ContestantId, changes: Partial<Job['plan']> = {}): Job => ({
  case: { kind, entries: 100 },
  contestant,
  plan: { ...SHORT, ...changes },
})
const number = expect.any(Number)

// A busy machine takes its time to start so many processes.
describe('measureJob', { timeout: 60_000 }, () => {
  it.each([
    ['hit', 'ours', {}],
    ['hit', 'ours-cache', {}],
    ['miss', 'ours', {}],
    ['awaited', 'ours-cache', {}],
    ['overwrite', 'ours', {}],
    ['evict', 'ours', {}],
    ['replay', 'ours', { hitRate: number }],
    ['bytes', 'ours', { bytes: number }],
    ['growth', 'fifo', { bytes: number, grownBytes: number }],
    ['pauses', 'ours', { fillPauseMs: number, evictPauseMs: number }],
    ['pauses', 'map', { fillPauseMs: number }],
  ] as const)('%s: answers what the process of %s measured', async (kind, contestant, told) => {
    const answer = await measureJob(job(kind, contestant), signal)
    expect(answer).toEqual({ sample: { cpuNs: number, sink: number, ...told } })
  })

  it('answers a fault where the contestant misses what was set', async () => {
    const answer = await measureJob(job('hit', 'alone'), signal)
    expect(answer).toEqual({ fault: expect.stringMatching(/^misses \d+ of \d+ keys that were set$/) })
  })

  it('answers a fault where the contestant cannot do it', async () => {
    const answer = await measureJob(job('awaited', 'map'), signal)
    expect(answer).toEqual({ fault: "Map, no bound has no subject 'awaited'" })
  })

  it('ends the process with the reason of the signal', async () => {
    const controller = new AbortController()
    const pending = measureJob(job('hit', 'map', { warmUpMs: 60_000 }), controller.signal)
    controller.abort(new Error('stop'))
    await expect(pending).rejects.toThrow('stop')
  })
})
