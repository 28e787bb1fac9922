import { describe, expect, it } from 'vitest'
import { CASES } from '../src/breaker/cases.ts'
import type { ContestantId } from '../src/breaker/contestants.ts'
import { measureJob } from '../src/breaker/processes.ts'
import type { Job } from '../src/breaker/run-case.ts'

const [closed] = CASES
const SHORT = { warmUpMs: 1, measureMs: 1, idleMs: 1 }
const job = (contestant: ContestantId, warmUpMs = 1): Job => ({
  case: closed,
  contestant,
  plan: { ...SHORT, warmUpMs },
})

describe('measureJob', () => {
  it('answers what the process measured', async () => {
    const answer = await measureJob(job('floor'), new AbortController().signal)
    expect(answer).toMatchObject({ sample: { cpuNs: expect.any(Number), sum: expect.any(Number) } })
    // Only a newer V8 counts what it allocates.
    const { bytes } = (answer as { readonly sample: { readonly bytes?: number } }).sample
    expect(bytes === undefined || bytes > 0).toBe(true)
  })

  it('answers a fault where the contestant cannot do it', async () => {
    const answer = await measureJob(job('p-limit'), new AbortController().signal)
    expect(answer).toEqual({ fault: "p-limit has no subject 'closed'" })
  })

  it('ends the process with the reason of the signal', async () => {
    const controller = new AbortController()
    const pending = measureJob(job('floor', 60_000), controller.signal)
    controller.abort(new Error('stop'))
    await expect(pending).rejects.toThrow('stop')
  })
})
