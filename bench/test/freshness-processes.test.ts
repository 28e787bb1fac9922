import { describe, expect, it } from 'vitest'
import type { Case } from '../src/freshness/cases.ts'
import type { ContestantId } from '../src/freshness/contestants.ts'
import { measureJob } from '../src/freshness/processes.ts'
import type { Job } from '../src/freshness/run-case.ts'

const { signal } = new AbortController()
const SHORT = { warmUpMs: 1, measureMs: 1, share: 1 / 64 }
const job = (kind: Case['kind'], contestant: ContestantId, warmUpMs = 1): Job => ({
  case: { kind, entries: 100 },
  contestant,
  plan: { ...SHORT, warmUpMs },
})
const number = expect.any(Number)

// A busy machine takes its time to start so many processes.
describe('measureJob', { timeout: 60_000 }, () => {
  it.each([
    ['sync', 'ours-namespace-tagged', {}],
    ['get', 'ours-tagged', {}],
    ['get-or-set', 'map-async', {}],
    ['beside', 'ours-namespace', {}],
    ['gone', 'ours', {}],
    ['invalidate', 'ours', { wallNs: number, afterNs: number }],
    ['waiters', 'bentocache', { wallNs: number }],
    ['many', 'ours', {}],
  ] as const)('%s: answers what the process of %s measured', async (kind, contestant, told) => {
    const answer = await measureJob(job(kind, contestant), signal)
    expect(answer).toEqual({ sample: { cpuNs: number, sink: number, ...told } })
  })

  it('answers a fault where the contestant cannot do it', async () => {
    const answer = await measureJob(job('sync', 'cacheable'), signal)
    expect(answer).toEqual({ fault: "cacheable has no subject 'sync'" })
  })

  it('ends the process with the reason of the signal', async () => {
    const controller = new AbortController()
    const pending = measureJob(job('sync', 'ours', 60_000), controller.signal)
    controller.abort(new Error('stop'))
    await expect(pending).rejects.toThrow('stop')
  })
})
