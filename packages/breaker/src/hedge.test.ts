import { getEventListeners } from 'node:events'
import { type Gate, gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { CallContext, type WorkContext } from './context.ts'
import { type HedgeOptions, hedge } from './hedge.ts'
import type { ContextStrategy } from './strategy.ts'
import { ManualClock } from './testing/manual-clock.ts'

function setUp(options: Partial<HedgeOptions> = {}) {
  const clock = new ManualClock()
  const strategy = hedge({ after: 100, clock, ...options })
  const attempts: (Gate<string> & { readonly context: WorkContext; readonly signal: AbortSignal })[] = []
  const work = (context: WorkContext) => {
    const attempt = { ...gate<string>(), context, signal: context.signal }
    attempts.push(attempt)
    return attempt.promise
  }
  const begin = (signal?: AbortSignal) => {
    const seen: unknown[] = []
    strategy.run(work, { signal }).then(
      (value) => seen.push(value),
      (error: unknown) => seen.push(error),
    )
    return seen
  }
  return { clock, strategy, attempts, work, begin }
}

describe('hedge', () => {
  it('starts no second attempt where the first settles within the delay', async () => {
    const { clock, attempts, begin } = setUp()
    const seen = begin()
    await clock.advance(99)
    attempts[0]!.open('first')
    await clock.advance(1_000)
    expect(seen).toEqual(['first'])
    expect(attempts).toHaveLength(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('gives the first success of several attempts, and aborts the others', async () => {
    const { clock, attempts, begin } = setUp({ maxHedges: 2 })
    const seen = begin()
    await clock.advance(250)
    expect(attempts.map(({ context }) => context.attempt)).toEqual([1, 2, 3])
    attempts[1]!.open('second')
    await clock.advance(0)
    expect(seen).toEqual(['second'])
    expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, false, true])
    expect(attempts[0]!.signal.reason).toMatchObject({ name: 'AbortError', message: 'another attempt was faster' })
    attempts[0]!.open('too late')
    attempts[2]!.fail(new Error('aborted'))
    await clock.advance(1_000)
    expect(seen).toEqual(['second'])
    expect(attempts).toHaveLength(3)
    expect(clock.pendingTimers).toBe(0)
  })

  it('rejects at once where the first fails before the delay: that is for retry', async () => {
    const { clock, attempts, begin } = setUp()
    const seen = begin()
    const failure = new Error('down')
    attempts[0]!.fail(failure)
    await clock.advance(0)
    expect(seen).toEqual([failure])
    expect(clock.pendingTimers).toBe(0)
  })

  it('waits for the others where one fails, and rejects with the last error once all have', async () => {
    const { clock, attempts, begin } = setUp()
    const seen = begin()
    await clock.advance(100)
    attempts[0]!.fail(new Error('first'))
    await clock.advance(1_000)
    expect(seen).toEqual([])
    attempts[1]!.fail(new Error('second'))
    await clock.advance(0)
    expect(seen).toEqual([new Error('second')])
    const other = begin()
    await clock.advance(100)
    attempts[3]!.fail(new Error('hedge'))
    attempts[2]!.open('slow, but there')
    await clock.advance(0)
    expect(other).toEqual(['slow, but there'])
  })

  it('hands the abort of the caller on to every attempt, and starts no more', async () => {
    const { clock, attempts, begin } = setUp({ maxHedges: 5 })
    const caller = new AbortController()
    const seen = begin(caller.signal)
    await clock.advance(100)
    caller.abort('gone')
    expect(attempts.map(({ signal }) => signal.reason)).toEqual(['gone', 'gone'])
    expect(clock.pendingTimers).toBe(0)
    await clock.advance(1_000)
    expect(attempts).toHaveLength(2)
    for (const attempt of attempts) attempt.fail('gone')
    await clock.advance(0)
    expect(seen).toEqual(['gone'])
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    expect(clock.pendingTimers).toBe(0)
  })

  it('rejects with the reason of the caller as soon as he aborts, and tells the context around it what goes on', async () => {
    const { clock, strategy, attempts, work } = setUp()
    const caller = new AbortController()
    const around = CallContext.root(caller.signal)
    const call = (strategy as unknown as ContextStrategy).execute(work, around)
    const outcome = expect(call).rejects.toBe('gone')
    await clock.advance(100)
    caller.abort('gone')
    await outcome
    expect(around.lingering?.size).toBe(2)
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    for (const attempt of attempts) attempt.fail(new Error('too late'))
    await clock.advance(0)
    expect(around.lingering?.size).toBe(0)
  })

  it.each([1, 2])('starts no more attempts where the work of attempt %i makes the caller abort', async (aborting) => {
    const { clock, strategy } = setUp({ maxHedges: 5 })
    const caller = new AbortController()
    const started: number[] = []
    const work = ({ attempt }: WorkContext) => {
      started.push(attempt)
      if (attempt === aborting) caller.abort('from within')
      return gate<string>().promise
    }
    const outcome = expect(strategy.run(work, { signal: caller.signal })).rejects.toBe('from within')
    await clock.advance('1h')
    await outcome
    expect(started).toHaveLength(aborting)
    expect(clock.pendingTimers).toBe(0)
  })

  it('tells the context around it of losers that go on', async () => {
    const { clock, strategy, attempts, work } = setUp()
    const around = CallContext.root(undefined)
    const call = (strategy as unknown as ContextStrategy).execute(work, around)
    await clock.advance(100)
    attempts[1]!.open('second')
    await call
    expect(around.lingering?.size).toBe(1)
    attempts[0]!.fail(new Error('aborted'))
    await clock.advance(0)
    expect(around.lingering?.size).toBe(0)
  })

  it('leaves no listener on a signal that 10 000 calls share', async () => {
    const { clock, attempts, begin } = setUp()
    const { signal } = new AbortController()
    const calls = Array.from({ length: 10_000 }, () => begin(signal))
    await clock.advance(0)
    for (const attempt of attempts) attempt.open('done')
    await clock.advance(0)
    expect(calls.every((seen) => seen.length === 1)).toBe(true)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    expect(clock.pendingTimers).toBe(0)
  })

  it('is only the call itself with no hedges', async () => {
    const { clock, attempts, begin } = setUp({ maxHedges: 0 })
    begin()
    await clock.advance('1h')
    expect(attempts).toHaveLength(1)
  })

  it('names what is wrong with an option', () => {
    expect(() => hedge({} as never)).toThrow('after must be milliseconds or a string such as')
    expect(() => hedge({ after: 1, maxHedges: -1 })).toThrow('maxHedges must be a whole number of at least 0')
    expect(() => hedge({ after: { quantile: 95, atLeast: 1 } })).toThrow(
      new RangeError('after.quantile must be a number above 0 and below 1, got 95 (number)'),
    )
    expect(() => hedge({ after: { quantile: 0.9 } as never })).toThrow('after.atLeast must be milliseconds')
  })
})

describe('hedge after a quantile', () => {
  async function afterCalls(durations: readonly number[]) {
    const { clock, attempts, begin } = setUp({ after: { quantile: 0.9, atLeast: 50 } })
    for (const duration of durations) {
      begin()
      const first = attempts.at(-1)!
      await clock.advance(duration)
      first.open('done')
      await clock.advance(0)
    }
    const before = attempts.length
    begin()
    const hedgedWithin = async (ms: number) => {
      await clock.advance(ms)
      return attempts.length > before + 1
    }
    return { hedgedWithin }
  }

  it('starts no second attempt until 16 durations are known', async () => {
    const few = await afterCalls(Array.from({ length: 15 }, () => 20))
    expect(await few.hedgedWithin(10_000)).toBe(false)
    const enough = await afterCalls(Array.from({ length: 16 }, () => 20))
    expect(await enough.hedgedWithin(50)).toBe(true)
  })

  it('follows the recent durations', async () => {
    const { hedgedWithin } = await afterCalls(Array.from({ length: 128 }, () => 300))
    expect(await hedgedWithin(299)).toBe(false)
    expect(await hedgedWithin(1)).toBe(true)
  })

  it('never waits less than atLeast', async () => {
    const { hedgedWithin } = await afterCalls(Array.from({ length: 128 }, () => 3))
    expect(await hedgedWithin(49)).toBe(false)
    expect(await hedgedWithin(1)).toBe(true)
  })

  it('hedges no more calls the longer it runs: losers count as slow', async () => {
    const clock = new ManualClock()
    const strategy = hedge({ after: { quantile: 0.9, atLeast: 1 }, clock })
    const settleAfter = (ms: number) => new Promise<void>((resolve) => void clock.setTimer(resolve, ms))
    const hedgesOf = async (calls: number) => {
      let started = 0
      for (let at = 0; at < calls; at++) {
        const work = ({ attempt }: WorkContext) => {
          started++
          return settleAfter(attempt === 1 ? 10 * (1 + (at % 20)) : 5)
        }
        const call = strategy.run(work)
        await clock.advance(200)
        await call
      }
      return started - calls
    }
    await hedgesOf(400)
    const hedges = await hedgesOf(400)
    expect(hedges).toBeGreaterThan(20)
    expect(hedges).toBeLessThanOrEqual(60)
  })
})
