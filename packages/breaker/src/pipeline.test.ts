import { getEventListeners } from 'node:events'
import { gate } from '@org/testkit'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { Breaker } from './breaker.ts'
import { Bulkhead } from './bulkhead.ts'
import type { Work } from './context.ts'
import { BreakerOpenError, BulkheadFullError, RetryExhaustedError, type TimeoutError } from './errors.ts'
import { type PipelineOptions, pipeline } from './pipeline.ts'
import { ManualClock } from './testing/manual-clock.ts'

const down: Work<never> = () => Promise.reject(new Error('down'))
const hanging: Work<never> = () => new Promise(() => {})

/** Runs a call to its end, moving the clock as far as it takes. */
async function outcome<T>(clock: ManualClock, call: Promise<T>): Promise<unknown> {
  const settled = call.then(
    (value) => value,
    (error: unknown) => error,
  )
  await clock.advance('1h')
  return settled
}

/** Unhandled rejections during `act`. */
async function unhandledDuring(act: () => Promise<void>): Promise<unknown[]> {
  const seen: unknown[] = []
  const note = (error: unknown): void => void seen.push(error)
  process.on('unhandledRejection', note)
  await act()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  return seen
}

describe('A pipeline with a total timeout alone', () => {
  it('blames work that hangs and ignores its signal, once each', async () => {
    const clock = new ManualClock()
    const guarded = pipeline({ clock, totalTimeout: '1s', breaker: { consecutiveFailures: 2 } })
    const works = [gate<string>(), gate<string>()]
    for (const work of works) {
      const call = expect(guarded.run(() => work.promise)).rejects.toMatchObject({ scope: 'total' })
      await clock.advance('1s')
      await call
    }
    expect(guarded.stats().breaker).toMatchObject({ state: 'open', failures: 2 })
    for (const work of works) work.open('late')
    await clock.advance(0)
    expect(guarded.stats().breaker).toMatchObject({ failures: 2, successes: 0, late: 0 })
  })
})

describe('pipeline', () => {
  it('runs the work through all its parts', async () => {
    const clock = new ManualClock()
    const all = pipeline({
      fallback: 'instead',
      totalTimeout: '10s',
      retry: { jitter: 'none' },
      breaker: { name: 'llm' },
      bulkhead: { maxConcurrent: 2 },
      attemptTimeout: '1s',
      clock,
    })
    await expect(all.run(({ attempt }) => `attempt ${attempt}`)).resolves.toBe('attempt 1')
    expect(all.stats()).toMatchObject({
      breaker: { state: 'closed', successes: 1 },
      bulkhead: { active: 0, maxConcurrent: 2, queued: 0 },
      attempts: 1,
      timeouts: 0,
      fallbacks: 0,
    })
    expect(clock.pendingTimers).toBe(0)
  })

  it('has only the parts it was given', async () => {
    const bare = pipeline({})
    await expect(bare.run(() => 1)).resolves.toBe(1)
    await expect(bare.run(down)).rejects.toThrow('down')
    await expect(bare.run(() => 1, { signal: AbortSignal.abort('gone') })).rejects.toBe('gone')
    expect(bare.stats()).toEqual({ breaker: undefined, bulkhead: undefined, attempts: 2, timeouts: 0, fallbacks: 0 })
  })

  it('shares a breaker and a bulkhead that it was given', async () => {
    const clock = new ManualClock()
    const breaker = new Breaker({ consecutiveFailures: 2, clock })
    const bulkhead = new Bulkhead()
    const one = pipeline({ breaker, bulkhead })
    const other = pipeline({ breaker, bulkhead })
    await expect(one.run(down)).rejects.toThrow('down')
    await expect(other.run(down)).rejects.toThrow('down')
    await expect(one.run(() => 'done')).rejects.toBeInstanceOf(BreakerOpenError)
    expect(other.stats().breaker).toEqual(breaker.stats())
    expect(other.stats().bulkhead).toEqual(bulkhead.stats())
  })

  it('counts attempts, timeouts and fallbacks', async () => {
    const clock = new ManualClock()
    const all = pipeline({ fallback: 0, totalTimeout: '3s', retry: { delay: 0 }, attemptTimeout: '2s', clock })
    await outcome(clock, all.run(hanging))
    expect(all.stats()).toMatchObject({ attempts: 2, timeouts: 2, fallbacks: 1 })
  })

  it('wraps a function with its types, its this and its arguments', async () => {
    const wrapped = pipeline({ retry: {}, fallback: () => 'instead' }).wrap(function (this: { n: number }, by: number) {
      return this.n * by
    })
    expectTypeOf(wrapped).toEqualTypeOf<(this: { n: number }, by: number) => Promise<number | string>>()
    await expect(wrapped.call({ n: 6 }, 7)).resolves.toBe(42)
    expectTypeOf(pipeline({ retry: {} }).run(() => 1)).toEqualTypeOf<Promise<number>>()
  })

  it('leaves no listener on a signal that 10 000 calls share', async () => {
    const clock = new ManualClock()
    const caller = new AbortController()
    const all = pipeline({
      totalTimeout: '10s',
      retry: { jitter: 'none' },
      breaker: { consecutiveFailures: Infinity },
      bulkhead: { maxConcurrent: 5_000, maxQueue: 10_000 },
      attemptTimeout: '1s',
      clock,
    })
    const calls = Array.from({ length: 10_000 }, (_, call) =>
      all.run(
        ({ signal, attempt }) => {
          if (call % 3 === 0) expect(signal.aborted).toBe(false)
          return call % 100 === 0 && attempt < 3 ? Promise.reject(new Error('down')) : call
        },
        { signal: caller.signal },
      ),
    )
    await clock.advance('5s')
    await expect(Promise.all(calls)).resolves.toHaveLength(10_000)
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    expect(clock.pendingTimers).toBe(0)
  })

  it('refuses options that are none', () => {
    expect(() => pipeline({ retries: 3 } as never)).toThrow("pipeline options has no option 'retries'")
    expect(() => pipeline(undefined as never)).toThrow('pipeline options must be an object')
    expect(() => pipeline({ totalTimeout: -1 })).toThrow('totalTimeout must be zero or more milliseconds, got -1')
    expect(() => pipeline({ attemptTimeout: 'x' as never })).toThrow('attemptTimeout must be milliseconds')
    for (const part of ['retry', 'breaker', 'bulkhead']) {
      for (const wrong of [null, 0, 'on', false]) {
        const options = { [part]: wrong, clock: new ManualClock() } as PipelineOptions<never>
        expect(() => pipeline(options)).toThrow(/options must be an object, got/)
      }
    }
  })
})

describe('the order of a pipeline', () => {
  it('is fallback around total timeout: a call that takes too long ends with the fallback', async () => {
    const clock = new ManualClock()
    const answer = pipeline({ fallback: (error) => error, totalTimeout: '1s', clock }).run(hanging)
    await clock.advance('1s')
    await expect(answer).resolves.toMatchObject({ name: 'TimeoutError', scope: 'total' })
  })

  it('is total timeout around retry: it bounds all attempts and ends the waits, and is never retried', async () => {
    const clock = new ManualClock()
    const all = pipeline({ totalTimeout: '1s', retry: { delay: '700ms', jitter: 'none' }, clock })
    const answer = all.run(down)
    answer.catch(() => {})
    await clock.advance('1s')
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError', scope: 'total' })
    expect(clock.pendingTimers).toBe(0)
    await clock.advance('1h')
    expect(all.stats().attempts).toBe(2)
  })

  it('is retry around breaker: each attempt counts, and retries end once it is open', async () => {
    const clock = new ManualClock()
    const all = pipeline({ retry: { maxAttempts: 51 }, breaker: { consecutiveFailures: 2 }, clock })
    let runs = 0
    const answer = all.run((context) => (runs++, down(context)))
    expect(await outcome(clock, answer)).toBeInstanceOf(BreakerOpenError)
    expect(runs).toBe(2)
    expect(all.stats().breaker).toMatchObject({ failures: 2, trips: 1 })
  })

  it('is breaker around bulkhead: open it refuses before a place is asked for', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 0 })
    const held = gate()
    const holder = bulkhead.run(() => held.promise)
    const breaker = new Breaker()
    const all = pipeline({ breaker, bulkhead })
    await expect(all.run(() => 1)).rejects.toBeInstanceOf(BulkheadFullError)
    breaker.isolate()
    await expect(all.run(() => 1)).rejects.toMatchObject({ name: 'IsolatedError' })
    expect(bulkhead.stats().refused).toBe(1)
    held.open()
    await holder
  })

  it('is bulkhead around attempt timeout: the wait in the queue is not the attempt', async () => {
    const clock = new ManualClock()
    const all = pipeline({ bulkhead: { maxConcurrent: 1 }, attemptTimeout: '1s', clock })
    const held = gate<string>()
    const first = all.run(() => held.promise)
    const second = all.run(() => 'after the queue')
    await clock.advance('900ms')
    held.open('first')
    await expect(first).resolves.toBe('first')
    await expect(second).resolves.toBe('after the queue')

    const hung = gate()
    const third = all.run(() => hung.promise)
    third.catch(() => {})
    const fourth = all.run(() => 'waits for its place')
    await clock.advance('5s')
    await expect(third).rejects.toMatchObject({ name: 'TimeoutError', scope: 'attempt' })
    expect(all.stats().bulkhead).toMatchObject({ active: 1, queued: 1, zombies: 1 })
    hung.open()
    await expect(fourth).resolves.toBe('waits for its place')
    expect(all.stats()).toMatchObject({ timeouts: 1, bulkhead: { active: 0, zombies: 0 } })
  })

  it('is attempt timeout around the work alone: one attempt is cut, aborted, blamed and retried', async () => {
    const clock = new ManualClock()
    const all = pipeline({ retry: { delay: 0 }, breaker: {}, attemptTimeout: '1s', clock })
    const reasons: unknown[] = []
    const answer = all.run(({ signal, attempt }) => {
      if (attempt === 3) return 'done'
      signal.addEventListener('abort', () => reasons.push((signal.reason as TimeoutError).scope))
      return hanging({ signal, attempt })
    })
    expect(await outcome(clock, answer)).toBe('done')
    expect(reasons).toEqual(['attempt', 'attempt'])
    expect(all.stats()).toMatchObject({ timeouts: 2, attempts: 3, breaker: { failures: 2, successes: 1 } })
  })

  it('gives back the place of an attempt once its own work has ended, whatever later attempts leave running', async () => {
    const clock = new ManualClock()
    const all = pipeline({
      retry: { delay: 0, maxAttempts: 2 },
      bulkhead: { maxConcurrent: 2 },
      attemptTimeout: '1s',
      clock,
    })
    const works = [gate(), gate()] as const
    const answer = all.run(({ attempt }) => works[attempt === 1 ? 0 : 1].promise)
    expect(await outcome(clock, answer)).toBeInstanceOf(RetryExhaustedError)
    expect(all.stats().bulkhead).toMatchObject({ active: 2, zombies: 2 })
    works[0].open()
    await clock.advance(0)
    expect(all.stats().bulkhead).toMatchObject({ active: 1, zombies: 1 })
    works[1].open()
    await clock.advance(0)
    expect(all.stats().bulkhead).toMatchObject({ active: 0, zombies: 0 })
  })
})

describe('what a pipeline blames on nobody', () => {
  it('is the abort of a caller', async () => {
    const clock = new ManualClock()
    const all = pipeline({ totalTimeout: '1m', retry: {}, breaker: {}, bulkhead: {}, attemptTimeout: '10s', clock })
    for (let call = 0; call < 12; call++) {
      const caller = new AbortController()
      const answer = all.run(
        ({ signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut')))),
        { signal: caller.signal },
      )
      caller.abort(new Error(`caller ${call} left`))
      await expect(answer).rejects.toBe(caller.signal.reason)
    }
    expect(all.stats()).toMatchObject({ attempts: 12, breaker: { state: 'closed', failures: 0, ignored: 12 } })
    expect(clock.pendingTimers).toBe(0)
  })

  it('is overload: a full bulkhead never opens the breaker, and is not retried', async () => {
    const all = pipeline({
      retry: {},
      breaker: { consecutiveFailures: 1 },
      bulkhead: { maxConcurrent: 1, maxQueue: 1 },
    })
    const held = gate()
    const accepted = [all.run(() => held.promise), all.run(() => held.promise)]
    const refused = Array.from({ length: 50 }, () => all.run(() => 'never'))
    for (const answer of refused) await expect(answer).rejects.toBeInstanceOf(BulkheadFullError)
    held.open()
    await Promise.all(accepted)
    expect(all.stats()).toMatchObject({
      attempts: 52,
      breaker: { state: 'closed', failures: 0, ignored: 50 },
      bulkhead: { refused: 50, active: 0, queued: 0 },
    })
  })
})

describe('the fallback of a pipeline', () => {
  const everyEnd: readonly (readonly [string, PipelineOptions<never>, Work<unknown>])[] = [
    ['a failure', {}, down],
    ['work that throws', {}, () => JSON.parse('{')],
    ['exhausted retries', { retry: {} }, down],
    ['a total timeout', { totalTimeout: '1s' }, hanging],
    ['an attempt timeout', { attemptTimeout: '1s' }, hanging],
    ['a full bulkhead', { bulkhead: { maxConcurrent: 1, maxQueue: 0 } }, hanging],
    ['an open breaker', { breaker: { consecutiveFailures: 1 } }, down],
  ]

  it.each(everyEnd)('answers for %s', async (_title, options, work) => {
    const clock = new ManualClock()
    const all = pipeline({ ...options, fallback: 'instead', clock })
    if (options.bulkhead !== undefined) void all.run(hanging)
    const unhandled = await unhandledDuring(async () => {
      expect(await outcome(clock, all.run(work))).toBe('instead')
      if (options.breaker !== undefined) expect(await outcome(clock, all.run(work))).toBe('instead')
    })
    expect(unhandled).toEqual([])
  })

  it('answers for a caller that has left', async () => {
    const all = pipeline({ fallback: 'instead' })
    await expect(all.run(hanging, { signal: AbortSignal.abort() })).resolves.toBe('instead')
    expect(all.stats()).toMatchObject({ attempts: 0, fallbacks: 1 })
  })

  it('decides per error, and may throw it again', async () => {
    const all = pipeline({
      fallback: (error) => {
        if (error instanceof BreakerOpenError) return null
        throw error
      },
      breaker: { consecutiveFailures: 1 },
    })
    await expect(all.run(down)).rejects.toThrow('down')
    await expect(all.run(down)).resolves.toBeNull()
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('fallback')
      },
    ],
    ['rejects', () => Promise.reject(new Error('fallback'))],
  ] as const)('that %s rejects the call, once, and leaves no rejection unhandled', async (_title, fallback) => {
    const clock = new ManualClock()
    const all = pipeline<string>({ fallback, totalTimeout: '1s', retry: {}, attemptTimeout: '500ms', clock })
    const late = gate()
    const unhandled = await unhandledDuring(async () => {
      const answers = [all.run(down), all.run(() => late.promise)]
      const ends = await Promise.all(answers.map((answer) => outcome(clock, answer)))
      expect(ends).toEqual([new Error('fallback'), new Error('fallback')])
      late.fail(new Error('late'))
      await clock.advance(0)
    })
    expect(unhandled).toEqual([])
    expect(all.stats().fallbacks).toBe(2)
  })
})
