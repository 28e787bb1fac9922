import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Bulkhead } from './bulkhead.ts'
import type { Clock } from './clock.ts'
import type { WorkContext } from './context.ts'
import { hedge } from './hedge.ts'
import { retry } from './retry.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { timeout } from './timeout.ts'

/** A clock whose timers keep the async context of who sets them, as `setTimeout` does. */
function setUp() {
  const manual = new ManualClock()
  const clock: Clock = {
    now: () => manual.now(),
    monotonic: () => manual.monotonic(),
    setTimer: (callback, delayMs) => manual.setTimer(AsyncResource.bind(callback), delayMs),
  }
  return { manual, clock, caller: new AsyncLocalStorage<string>() }
}

describe('The async context of a caller', () => {
  it.each(['settle', 'timeout'] as const)(
    'is that of his work after a wait in a bulkhead, whoever hands him the place (release %s)',
    async (release) => {
      const { caller } = setUp()
      const bulkhead = new Bulkhead({ maxConcurrent: 1, release })
      const work = async () => {
        const before = caller.getStore()
        await Promise.resolve()
        return [before, caller.getStore()]
      }
      const calls = ['A', 'B', 'C'].map((id) => caller.run(id, () => bulkhead.run(work)))
      expect(await Promise.all(calls)).toEqual([
        ['A', 'A'],
        ['B', 'B'],
        ['C', 'C'],
      ])
    },
  )

  it('is that of his work where priorities change the order', async () => {
    const { caller } = setUp()
    const bulkhead = new Bulkhead({ maxConcurrent: 1 })
    const order: (string | undefined)[] = []
    const priorities = { A: 0, B: 1, C: 2, D: 1 }
    const calls = Object.entries(priorities).map(([id, priority]) =>
      caller.run(id, () => bulkhead.run(async () => order.push(caller.getStore()), { priority })),
    )
    await Promise.all(calls)
    expect(order).toEqual(['A', 'C', 'B', 'D'])
  })

  it('is that of the later attempts of a hedge and of a retry', async () => {
    const { manual, clock, caller } = setUp()
    const seen: string[] = []
    const note = (context: WorkContext) => void seen.push(`${caller.getStore()}${context.attempt}`)
    const hedged = hedge({ after: 10, maxHedges: 2, clock })
    const hanging = gate()
    for (const id of ['A', 'B']) {
      void caller.run(id, () => hedged.run((context) => (note(context), hanging.promise)))
    }
    await manual.advance(20)
    expect(seen).toEqual(['A1', 'B1', 'A2', 'B2', 'A3', 'B3'])
    hanging.open()
    const retried = retry({ delay: 10, jitter: 'none', clock })
    const failing = (context: WorkContext) => {
      note(context)
      throw new Error('down')
    }
    seen.length = 0
    for (const id of ['A', 'B']) void caller.run(id, () => retried.run(failing, { fallback: 'fallback' }))
    await manual.advance('1s')
    expect(seen).toEqual(['A1', 'B1', 'A2', 'B2', 'A3', 'B3'])
  })

  it('is that of the listeners on the signal of his work, though all calls of a timeout share one timer', async () => {
    const { manual, clock, caller } = setUp()
    const limit = timeout({ after: '1s', clock })
    const told: (string | undefined)[] = []
    const work = ({ signal }: WorkContext) => {
      signal.addEventListener('abort', () => told.push(caller.getStore()))
      return gate().promise
    }
    for (const id of ['A', 'B']) void caller.run(id, () => limit.run(work, { fallback: 'fallback' }))
    await manual.advance('1s')
    expect(told).toEqual(['A', 'B'])
  })
})
