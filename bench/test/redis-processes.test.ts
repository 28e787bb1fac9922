import { type RedisServer, startRedis } from '@org/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Case } from '../src/redis/cases.ts'
import type { ContestantId } from '../src/redis/contestants.ts'
import { measureJob } from '../src/redis/processes.ts'
import type { Job } from '../src/redis/run-case.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

const { signal } = new AbortController()
const job = (kind: Case['kind'], contestant: ContestantId, warmUpMs = 1): Job => ({
  case: { kind, burst: 100 },
  contestant,
  namespace: `${kind}:`,
  plan: { warmUpMs, measureMs: 1 },
})

// A busy machine takes its time to start so many processes.
describe('measureJob', { timeout: 60_000 }, () => {
  it.each(['get', 'get-many', 'set', 'sync', 'awaited'] as const)(
    '%s: answers what the process measured',
    async (kind) => {
      const answer = await measureJob(job(kind, 'ours'), server.url, signal)
      expect(answer).toEqual({ sample: { cpuNs: expect.any(Number), wallNs: expect.any(Number) } })
    },
  )

  it('answers a fault where the contestant cannot do it', async () => {
    const answer = await measureJob(job('sync', 'floor'), server.url, signal)
    expect(answer).toEqual({ fault: "raw socket, replies counted has no subject 'memory'" })
  })

  it('ends the process with the reason of the signal', async () => {
    const controller = new AbortController()
    const pending = measureJob(job('get', 'floor', 60_000), server.url, controller.signal)
    controller.abort(new Error('stop'))
    await expect(pending).rejects.toThrow('stop')
  })
})
