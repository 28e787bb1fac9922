import { getEventListeners } from 'node:events'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'
import type { WorkContext } from './context.ts'
import { BreakerOpenError, BulkheadFullError, IsolatedError, RetryExhaustedError, TimeoutError } from './errors.ts'
import { Retry, type RetryOptions, retry } from './retry.ts'
import { ManualClock } from './testing/manual-clock.ts'

/** A retry without chance on a clock of its own, and work that fails until told otherwise. */
function setUp(options: RetryOptions = {}) {
  const clock = new ManualClock()
  const strategy = new Retry({ jitter: 'none', clock, ...options })
  const attempts: { at: number; attempt: number }[] = []
  const failing = (error: unknown = new Error('down'), successAt = Infinity) => {
    return async ({ attempt }: WorkContext): Promise<string> => {
      attempts.push({ at: clock.monotonic(), attempt })
      if (attempts.length < successAt) throw error
      return 'done'
    }
  }
  return { clock, strategy, attempts, failing }
}

/** What a promise came to, so that a test can look without waiting. */
function watch<T>(promise: Promise<T>): { value?: T; error?: unknown; settled: number } {
  const seen: { value?: T; error?: unknown; settled: number } = { settled: 0 }
  promise.then(
    (value) => Object.assign(seen, { value, settled: seen.settled + 1 }),
    (error: unknown) => Object.assign(seen, { error, settled: seen.settled + 1 }),
  )
  return seen
}

/** Timers that keep the process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}

describe('Retry', () => {
  it('gives the result of a first success with no timer and no further attempt', async () => {
    const { strategy, clock } = setUp()
    await expect(strategy.run(({ attempt }) => `attempt ${attempt}`)).resolves.toBe('attempt 1')
    await expect(strategy.run(() => undefined)).resolves.toBeUndefined()
    expect(strategy.stats().attempts).toBe(2)
    expect(clock.pendingTimers).toBe(0)
  })

  it('tries again after waits that double, and tells the work its attempt', async () => {
    const { strategy, clock, attempts, failing } = setUp({ maxAttempts: 4 })
    const seen = watch(strategy.run(failing(undefined, 4)))
    await clock.advance('1s')
    expect(seen).toEqual({ value: 'done', settled: 1 })
    expect(attempts).toEqual([
      { at: 0, attempt: 1 },
      { at: 100, attempt: 2 },
      { at: 300, attempt: 3 },
      { at: 700, attempt: 4 },
    ])
    expect(strategy.stats().attempts).toBe(4)
  })

  it('retries work that throws at once', async () => {
    const { strategy, clock } = setUp()
    let left = 2
    const seen = watch(
      strategy.run(() => {
        if (left-- > 0) throw new Error('at once')
        return 'done'
      }),
    )
    await clock.advance('1s')
    expect(seen.value).toBe('done')
  })

  it('rejects with what happened once the attempts are used up', async () => {
    const { strategy, clock, failing } = setUp()
    const error = new Error('down')
    const seen = watch(strategy.run(failing(error)))
    await clock.advance('1s')
    expect(seen.error).toBeInstanceOf(RetryExhaustedError)
    expect(seen.error).toMatchObject({ code: 'ERR_RETRY_EXHAUSTED', attempts: 3, elapsedMs: 300, cause: error })
    expect(clock.pendingTimers).toBe(0)
  })

  it('passes errors as they are where it never retries', async () => {
    const { strategy, failing } = setUp({ maxAttempts: 1 })
    const error = new Error('down')
    await expect(strategy.run(failing(error))).rejects.toBe(error)
  })

  it('ends where the next wait does not fit into the longest time, without waiting', async () => {
    const { strategy, clock, attempts, failing } = setUp({ maxAttempts: 10, maxElapsed: '1s', delay: '400ms' })
    const seen = watch(strategy.run(failing()))
    await clock.advance('400ms')
    expect(seen.error).toMatchObject({ attempts: 2, elapsedMs: 400 })
    expect(attempts).toHaveLength(2)
  })

  it('ends after one attempt that took all the time', async () => {
    const { strategy, clock } = setUp({ maxElapsed: '1s' })
    const slow = gate()
    const seen = watch(strategy.run(() => slow.promise))
    await clock.advance('2s')
    slow.fail(new Error('late'))
    await clock.advance(0)
    expect(seen.error).toMatchObject({ name: 'RetryExhaustedError', attempts: 1, elapsedMs: 2_000 })
  })

  it('keeps the process alive during a wait, and only then', async () => {
    const before = timers()
    const caller = new AbortController()
    const answer = retry({ delay: '1h', maxDelay: '1h', maxElapsed: '2h', jitter: 'none' }).run(
      () => Promise.reject(new Error('down')),
      { signal: caller.signal },
    )
    answer.catch(() => {})
    await new Promise((resolve) => setImmediate(resolve))
    expect(timers()).toBe(before + 1)
    caller.abort('enough')
    await expect(answer).rejects.toBe('enough')
    expect(timers()).toBe(before)
  })

  it('makes 10 000 attempts, with waits that stay numbers', async () => {
    const clock = new ManualClock()
    const waits: number[] = []
    // Time flies: each wait is over in the same turn of the event loop.
    const flying = {
      now: () => clock.now(),
      monotonic: () => 0,
      setTimer(callback: () => void, ms: number) {
        waits.push(ms)
        queueMicrotask(callback)
        return () => {}
      },
    }
    for (const jitter of ['full', 'decorrelated', 'none'] as const) {
      const strategy = retry({ maxAttempts: 10_000, maxElapsed: Infinity, jitter, clock: flying })
      await expect(strategy.run(() => Promise.reject(new Error('down')))).rejects.toMatchObject({ attempts: 10_000 })
    }
    expect(waits).toHaveLength(3 * 9_999)
    expect(waits.every((ms) => ms >= 0 && ms <= 10_000)).toBe(true)
  })

  describe('asked to stop', () => {
    it('rejects at once where it is aborted in a wait, with no timer left and no further attempt', async () => {
      const { strategy, clock, attempts, failing } = setUp({ delay: '400ms' })
      const caller = new AbortController()
      const seen = watch(strategy.run(failing(), { signal: caller.signal }))
      await clock.advance('30ms')
      expect(seen.settled).toBe(0)
      caller.abort(new Error('caller left'))
      await clock.advance(0)
      expect(seen).toEqual({ error: caller.signal.reason, settled: 1 })
      expect(clock.pendingTimers).toBe(0)
      await clock.advance('10s')
      expect(attempts).toHaveLength(1)
      expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    })

    it('does not retry what failed because the caller left', async () => {
      const { strategy, clock, attempts, failing } = setUp()
      const caller = new AbortController()
      const left = new Error('work saw it')
      const seen = watch(strategy.run((context) => (caller.abort(), failing(left)(context)), { signal: caller.signal }))
      await clock.advance('10s')
      expect(seen.error).toBe(left)
      expect(attempts).toHaveLength(1)
    })

    it('starts nothing for a signal that is aborted already', async () => {
      const { strategy, attempts, failing } = setUp()
      const gone = AbortSignal.abort(new Error('gone'))
      await expect(strategy.run(failing(), { signal: gone })).rejects.toBe(gone.reason)
      expect(attempts).toHaveLength(0)
    })

    it('starts nothing for a signal that is aborted just after the wait', async () => {
      const caller = new AbortController()
      const manual = new ManualClock()
      const clock = {
        now: () => manual.now(),
        monotonic: () => manual.monotonic(),
        setTimer: (callback: () => void, ms: number) => manual.setTimer(() => (callback(), caller.abort('now')), ms),
      }
      const { strategy, attempts, failing } = setUp({ clock })
      const seen = watch(strategy.run(failing(), { signal: caller.signal }))
      await manual.advance('10s')
      expect(seen).toEqual({ error: 'now', settled: 1 })
      expect(attempts).toHaveLength(1)
    })

    it('aborts the signal of the attempt under way, and only of that', async () => {
      const { strategy, clock } = setUp()
      const caller = new AbortController()
      const signals: AbortSignal[] = []
      const forever = gate<string>()
      const seen = watch(
        strategy.run(
          (context) => {
            signals.push(context.signal)
            return context.attempt < 3 ? Promise.reject(new Error('down')) : forever.promise
          },
          { signal: caller.signal },
        ),
      )
      await clock.advance('1s')
      caller.abort('left')
      expect(signals.map((signal) => signal.aborted)).toEqual([false, false, true])
      forever.open('done')
      await clock.advance(0)
      expect(seen.value).toBe('done')
      expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    })
  })

  describe('before a wait that no timer holds', () => {
    it.each([
      ['Infinity', Infinity],
      ['25 days', '25d'],
    ] as const)('ends where %s was asked for, however long the call may take', async (_title, asked) => {
      const { strategy, clock, failing } = setUp({ maxElapsed: Infinity, retryAfter: () => asked })
      const error = new Error('down')
      const seen = watch(strategy.run(failing(error)))
      await clock.advance(0)
      expect(seen.error).toMatchObject({ name: 'RetryExhaustedError', attempts: 1, cause: error })
      expect(clock.pendingTimers).toBe(0)
    })

    it('ends with the refusal of a breaker that stays open', async () => {
      const { strategy, clock, failing } = setUp({ maxElapsed: Infinity })
      const breaker = new Breaker({ consecutiveFailures: 1, openFor: Infinity, clock })
      const seen = watch(strategy.run(() => breaker.run(failing())))
      await clock.advance('1s')
      expect(seen.error).toBeInstanceOf(BreakerOpenError)
      expect(seen.error).toMatchObject({ retryAfterMs: Infinity })
    })
  })

  it.each(['shouldRetry', 'retryAfter'] as const)('ends at once where %s aborts the call', async (option) => {
    const caller = new AbortController()
    const leave = (): never => (caller.abort('left'), (option === 'shouldRetry' ? true : 0) as never)
    const { strategy, clock, attempts, failing } = setUp({ [option]: leave, budget: { ratio: 0, minPerSecond: 0.1 } })
    const error = new Error('down')
    const seen = watch(strategy.run(failing(error), { signal: caller.signal }))
    await clock.advance(0)
    expect(seen).toEqual({ error, settled: 1 })
    expect(clock.pendingTimers).toBe(0)
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    // It has spent none of the budget, which holds one retry.
    watch(strategy.run(failing()))
    await clock.advance('1s')
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 1, 2])
  })

  describe('shouldRetry', () => {
    it('gets error and attempt, and its no ends with the error itself', async () => {
      const asked: unknown[] = []
      const error = new Error('down')
      const { strategy, clock, failing } = setUp({
        shouldRetry: (...question) => (asked.push(question), question[1] < 2),
      })
      const seen = watch(strategy.run(failing(error)))
      await clock.advance('1s')
      expect(seen.error).toBe(error)
      expect(asked).toEqual([
        [error, 1],
        [error, 2],
      ])
    })

    it('is asked for the last attempt too', async () => {
      const final = new Error('wrong password')
      const { strategy, clock, failing } = setUp({ shouldRetry: (error) => error !== final, maxAttempts: 2 })
      let attempt = 0
      const seen = watch(strategy.run((context) => failing(++attempt === 2 ? final : new Error('down'))(context)))
      await clock.advance('1s')
      expect(seen.error).toBe(final)
    })

    it('ends the call with what it throws', async () => {
      const broken = new Error('broken rule')
      const { strategy, failing } = setUp({
        shouldRetry: () => {
          throw broken
        },
      })
      await expect(strategy.run(failing())).rejects.toBe(broken)
    })
  })

  describe('retryAfter', () => {
    it('is the wait where it is longer than the backoff', async () => {
      const { strategy, clock, attempts, failing } = setUp({ retryAfter: () => '7s', maxDelay: '1s' })
      watch(strategy.run(failing(undefined, 2)))
      await clock.advance('20s')
      expect(attempts.map(({ at }) => at)).toEqual([0, 7_000])
    })

    it.each([
      ['nothing', 0],
      ['less', 99],
    ] as const)('leaves the backoff where it asks for %s', async (_title, asked) => {
      const { strategy, clock, attempts, failing } = setUp({ retryAfter: () => asked })
      watch(strategy.run(failing()))
      await clock.advance('20s')
      expect(attempts.map(({ at }) => at)).toEqual([0, 100, 300])
    })

    it('spreads with jitter those who were told the same instant', async () => {
      const { strategy, clock, attempts, failing } = setUp({ retryAfter: () => '10s', jitter: 'full', maxAttempts: 2 })
      for (let call = 0; call < 50; call++) watch(strategy.run(failing()))
      await clock.advance('20s')
      const retries = attempts.filter(({ attempt }) => attempt === 2).map(({ at }) => at)
      expect(retries).toHaveLength(50)
      expect(Math.min(...retries)).toBeGreaterThanOrEqual(10_000)
      expect(Math.max(...retries)).toBeLessThanOrEqual(11_000)
      expect(new Set(retries).size).toBeGreaterThan(40)
    })

    it('is no backoff that decorrelated jitter grows from', async () => {
      const asks = ['10s', undefined] as const
      const options = { jitter: 'decorrelated', maxAttempts: 3, retryAfter: () => asks[attempts.length - 1] } as const
      const { strategy, clock, attempts, failing } = setUp(options)
      for (let call = 0; call < 50; call++) {
        attempts.length = 0
        watch(strategy.run(failing()))
        await clock.advance('30s')
        // Of a first backoff of at most 300 ms.
        expect(attempts[2]!.at - attempts[1]!.at).toBeLessThanOrEqual(900)
      }
    })

    it('leaves the backoff where nobody asked', async () => {
      const { strategy, clock, attempts, failing } = setUp({ retryAfter: () => undefined })
      watch(strategy.run(failing(undefined, 2)))
      await clock.advance('20s')
      expect(attempts.map(({ at }) => at)).toEqual([0, 100])
    })

    it('ends the retries where it does not fit into the longest time', async () => {
      const { strategy, clock, attempts, failing } = setUp({ retryAfter: () => '31s' })
      const seen = watch(strategy.run(failing()))
      await clock.advance(0)
      expect(seen.error).toMatchObject({ name: 'RetryExhaustedError', attempts: 1 })
      expect(attempts).toHaveLength(1)
    })

    it('ends the call where its answer is no duration', async () => {
      const { strategy, failing } = setUp({ retryAfter: () => 'soon' as never })
      await expect(strategy.run(failing())).rejects.toThrow('the answer of retryAfter must be milliseconds')
    })
  })

  describe('over refusals of our own', () => {
    it.each([
      ['a full bulkhead', new BulkheadFullError('db', 'is full', 10)],
      ['an isolated breaker', new IsolatedError('llm')],
      ['the wait for a place', new TimeoutError(5, 'queue')],
      ['a breaker open for longer than is left', new BreakerOpenError('llm', 'open', 30_001, undefined)],
    ])('ends with %s', async (_title, refusal) => {
      const { strategy, clock, attempts, failing } = setUp({ shouldRetry: () => true })
      const seen = watch(strategy.run(failing(refusal)))
      await clock.advance('1m')
      expect(seen.error).toBe(refusal)
      expect(attempts).toHaveLength(1)
    })

    it('takes the timeout of an attempt for a failure', async () => {
      const { strategy, clock, attempts, failing } = setUp()
      watch(strategy.run(failing(new TimeoutError(5, 'attempt'))))
      await clock.advance('1m')
      expect(attempts).toHaveLength(3)
    })

    it('stops at a breaker that opens for longer than is left', async () => {
      const { strategy, clock, attempts, failing } = setUp({ maxAttempts: 51 })
      const breaker = new Breaker({ consecutiveFailures: 2, clock })
      const seen = watch(strategy.run(() => breaker.run(failing())))
      await clock.advance('2m')
      expect(seen.error).toBeInstanceOf(BreakerOpenError)
      expect(attempts).toHaveLength(2)
      expect(strategy.stats().attempts).toBe(3)
    })

    it('waits for a breaker whose time fits, exactly that long', async () => {
      const { strategy, clock, attempts, failing } = setUp({ maxAttempts: 5 })
      const breaker = new Breaker({ consecutiveFailures: 2, openFor: '20s', clock })
      const seen = watch(strategy.run(() => breaker.run(failing(undefined, 3))))
      await clock.advance('20s')
      expect(seen.settled).toBe(0)
      await clock.advance('1s')
      expect(seen.value).toBe('done')
      expect(attempts.map(({ at }) => at)).toEqual([0, 100, 20_100])
      expect(breaker.state).toBe('closed')
    })

    it('is not woken early by a timer that fires a fraction too soon', async () => {
      const manual = new ManualClock()
      const clock = {
        now: () => manual.now(),
        monotonic: () => manual.monotonic(),
        setTimer: (callback: () => void, ms: number) => manual.setTimer(callback, ms > 1 ? ms - 0.4 : ms),
      }
      const { strategy } = setUp({ clock, maxAttempts: 2 })
      const breaker = new Breaker({ consecutiveFailures: 1, openFor: '20s', clock })
      breaker.failure(breaker.tryAcquire(), new Error('down'))
      const seen = watch(strategy.run(() => breaker.run(() => 'done')))
      await manual.advance('20s')
      expect(seen).toEqual({ value: 'done', settled: 1 })
      expect(breaker.stats().refused).toBe(1)
      expect(manual.pendingTimers).toBe(0)
    })

    it('ends at an abort in the wait for the rest', async () => {
      const manual = new ManualClock()
      const clock = {
        now: () => manual.now(),
        monotonic: () => manual.monotonic(),
        setTimer: (callback: () => void, ms: number) => manual.setTimer(callback, ms > 1 ? ms / 2 : ms),
      }
      const { strategy } = setUp({ clock })
      const breaker = new Breaker({ consecutiveFailures: 1, openFor: '20s', clock })
      breaker.failure(breaker.tryAcquire(), new Error('down'))
      const caller = new AbortController()
      const seen = watch(strategy.run(() => breaker.run(() => 'done'), { signal: caller.signal }))
      await manual.advance('12s')
      expect(manual.pendingTimers).toBe(1)
      caller.abort('left')
      await manual.advance(0)
      expect(seen).toEqual({ error: 'left', settled: 1 })
      expect(manual.pendingTimers).toBe(0)
    })

    it('gives the refusal itself where the attempts are used up', async () => {
      const { strategy, clock, failing } = setUp()
      const refusal = new BreakerOpenError('llm', 'open', 10, undefined)
      const seen = watch(strategy.run(failing(refusal)))
      await clock.advance('1s')
      expect(seen.error).toBe(refusal)
      expect(strategy.stats().attempts).toBe(3)
    })
  })

  describe('with a budget', () => {
    it('gives the last error itself where the budget is used up', async () => {
      const { strategy, clock, failing } = setUp({ budget: { ratio: 0, minPerSecond: 0.1 } })
      const error = new Error('down')
      const seen = watch(strategy.run(failing(error)))
      await clock.advance('1s')
      expect(seen.error).toBe(error)
      expect(strategy.stats().attempts).toBe(2)
    })

    it('gets a retry back whose wait was aborted', async () => {
      const { strategy, clock, attempts, failing } = setUp({ budget: { ratio: 0, minPerSecond: 0.1 } })
      const caller = new AbortController()
      watch(strategy.run(failing(), { signal: caller.signal }))
      await clock.advance(50)
      caller.abort('left')
      await clock.advance(50)
      watch(strategy.run(failing()))
      await clock.advance('1s')
      expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 1, 2])
    })

    it('keeps the load of an upstream that is down near the number of calls', async () => {
      const { strategy, clock, failing } = setUp({ maxAttempts: 5, budget: { ratio: 0.2, minPerSecond: 0 } })
      for (let call = 0; call < 1_000; call++) {
        watch(strategy.run(failing()))
        if (call % 100 === 99) await clock.advance('100ms')
      }
      await clock.advance('10s')
      expect(strategy.stats().attempts).toBeLessThanOrEqual(1_200)
      expect(strategy.stats().attempts).toBeGreaterThan(1_150)
    })
  })

  it('refuses options that are none', () => {
    expect(() => retry({ maxAttempts: 0 })).toThrow(
      new RangeError('maxAttempts must be a whole number of at least 1, or Infinity, got 0 (number)'),
    )
    expect(() => retry({ shouldRetry: true as never })).toThrow(
      new TypeError('shouldRetry must be a function, got true (boolean)'),
    )
    expect(() => retry({ maxElapsed: 'long' as never })).toThrow('maxElapsed must be milliseconds')
    expect(() => retry({ retries: 3 } as never)).toThrow("retry options has no option 'retries'")
    expect(() => retry(null as never)).toThrow('retry options must be an object, got null')
  })
})
