import { describe, expect, it } from 'vitest'
import { type Case, CASES } from '../src/breaker/cases.ts'
import { subjectOf } from '../src/breaker/contestants.ts'
import { awaitedLoop, burstLoop, syncLoop } from '../src/breaker/loops.ts'
import type { AsyncCall, MakeOne, SyncCall } from '../src/breaker/subject.ts'
import { FAILURE, FALLBACK } from '../src/breaker/work.ts'

const parts = (...ids: readonly string[]) =>
  CASES.filter((one: Case) => ids.includes(one.id)).flatMap((one) =>
    one.contestants.map((contestant) => ({ subject: one.subject, contestant })),
  )

// What is compared must be the same work: a contestant that opened, refused or failed would look fast.
describe('the contestants', () => {
  it.each(parts('closed', 'timeout', 'retry', 'slot', 'pipeline'))(
    '$subject: every call of $contestant runs the work',
    async ({ subject, contestant }) => {
      const call = (await (await subjectOf(contestant, subject))()) as AsyncCall
      expect(await awaitedLoop(call, 100)).toBe(100)
    },
  )

  it.each(parts('open'))('$subject: every call of $contestant gives the fallback', async ({ subject, contestant }) => {
    const call = (await (await subjectOf(contestant, subject))()) as AsyncCall
    expect(await awaitedLoop(call, 100)).toBe(100 * FALLBACK)
  })

  it.each(parts('failing'))('$subject: $contestant stays closed', async ({ subject, contestant }) => {
    const call = (await (await subjectOf(contestant, subject))()) as AsyncCall
    expect(await awaitedLoop(call, 500)).toBe(10)
  })

  it.each(parts('permit', 'record'))('$subject: $contestant gives every permit', async ({ subject, contestant }) => {
    const call = (await (await subjectOf(contestant, subject))()) as SyncCall
    for (let calls = 0; calls < 500; calls++) expect(call()).toBeGreaterThan(0)
    expect(syncLoop(call, 10)).toBeGreaterThan(0)
  })

  it.each(parts('queue-10k'))('$subject: $contestant runs all that wait', async ({ subject, contestant }) => {
    const call = (await (await subjectOf(contestant, subject))()) as AsyncCall
    expect(await burstLoop(call, 1000)).toBe(1000)
  })

  it.each(parts('idle'))('$subject: $contestant makes one after another', async ({ subject, contestant }) => {
    const make = (await (await subjectOf(contestant, subject))()) as MakeOne
    const [first, second] = [await make(), await make()]
    expect(first === undefined || first !== second).toBe(true)
  })
})

describe('awaitedLoop', () => {
  it('goes on after the error of the work, and stops at any other', async () => {
    expect(await awaitedLoop(() => Promise.reject(FAILURE), 3)).toBe(0)
    const refusal = new Error('open')
    await expect(awaitedLoop(() => Promise.reject(refusal), 3)).rejects.toBe(refusal)
  })
})
