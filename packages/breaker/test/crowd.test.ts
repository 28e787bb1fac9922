import { getEventListeners } from 'node:events'
import { Breaker } from '@org/breaker'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'

describe('100 000 calls at once', () => {
  it('each settle once, trip once, and leave no listener on the signal they share', { timeout: 60_000 }, async () => {
    const breaker = new Breaker({ consecutiveFailures: 5, openFor: '1h' })
    const rejections: unknown[] = []
    const note = (reason: unknown): void => {
      rejections.push(reason)
    }
    process.on('unhandledRejection', note)
    const { signal } = new AbortController()
    const work = gate<number>()
    const failure = new Error('down')
    const settled = { value: 0, failure: 0, fallback: 0 }
    const calls = Array.from({ length: 100_000 }, async (_, at) => {
      const run = (context: { signal: AbortSignal }) => {
        expect(context.signal).toBe(signal)
        return at % 2 === 0 ? work.promise : work.promise.then(() => Promise.reject(failure))
      }
      try {
        const answer =
          at % 4 === 3 ? await breaker.run(run, { signal, fallback: 'fallback' }) : await breaker.run(run, { signal })
        settled[answer === 'fallback' ? 'fallback' : 'value']++
      } catch {
        settled.failure++
      }
    })
    work.open(1)
    await Promise.all(calls)
    process.off('unhandledRejection', note)
    expect(settled).toEqual({ value: 50_000, failure: 25_000, fallback: 25_000 })
    const { state, trips, successes, failures, late, refused } = breaker.stats()
    expect({ state, trips, refused, sum: successes + failures + late }).toEqual({
      state: 'open',
      trips: 1,
      refused: 0,
      sum: 100_000,
    })
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(rejections).toEqual([])
  })
})
