import { getEventListeners } from 'node:events'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'
import { Bulkhead } from './bulkhead.ts'
import { compose } from './compose.ts'
import type { Work } from './context.ts'
import { BulkheadFullError, RetryExhaustedError, TimeoutError } from './errors.ts'
import { retry } from './retry.ts'
import type { RunOptions, Strategy } from './strategy.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { timeout } from './timeout.ts'

/** A strategy of somebody else: it hands down a signal of its own and knows nothing of this package's contexts. */
function foreign(): Strategy & { readonly seen: AbortSignal[]; abort(reason: unknown): void } {
  const own = new AbortController()
  const seen: AbortSignal[] = []
  const run = async <T>(work: Work<T>, options?: RunOptions): Promise<T> => {
    const signals = options?.signal === undefined ? [own.signal] : [own.signal, options.signal]
    if (options?.signal !== undefined) seen.push(options.signal)
    return work({ signal: AbortSignal.any(signals), attempt: 1 })
  }
  return { run, wrap: () => () => Promise.reject(new Error('not used')), seen, abort: (reason) => own.abort(reason) }
}

describe('compose', () => {
  it('nests outer to inner', async () => {
    const order: string[] = []
    const noting = (name: string): Strategy => ({
      run: async <T>(work: Work<T>, options?: RunOptions): Promise<T> => {
        order.push(`${name} begins`)
        const value = await work({ signal: options!.signal!, attempt: 1 })
        order.push(`${name} ends`)
        return value
      },
      wrap: () => () => Promise.reject(new Error('not used')),
    })
    await expect(compose(noting('outer'), noting('middle'), noting('inner')).run(() => 'done')).resolves.toBe('done')
    expect(order).toEqual(['outer begins', 'middle begins', 'inner begins', 'inner ends', 'middle ends', 'outer ends'])
  })

  it('gives another order than the pipeline: a timeout per retry, or one around them', async () => {
    const clock = new ManualClock()
    const again = retry({ maxAttempts: 3, delay: 0, clock })
    const limit = timeout({ after: '1s', clock })
    const perAttempt = compose(again, limit).run(() => new Promise(() => {}))
    const overAll = compose(limit, again).run(() => new Promise(() => {}))
    perAttempt.catch(() => {})
    overAll.catch(() => {})
    await clock.advance('10s')
    await expect(perAttempt).rejects.toBeInstanceOf(RetryExhaustedError)
    await expect(overAll).rejects.toBeInstanceOf(TimeoutError)
  })

  it('runs the work as it is where there is nothing to nest', async () => {
    await expect(compose().run(({ attempt }) => attempt)).resolves.toBe(1)
  })

  it('nests what is composed itself', async () => {
    const clock = new ManualClock()
    const breaker = new Breaker({ clock })
    const inner = compose(breaker)
    await compose(compose(), inner, compose(retry({ clock }), inner)).run(() => 'done')
    expect(breaker.stats().successes).toBe(2)
  })

  it('wraps a function with its this and its arguments', async () => {
    const counter = {
      step: 2,
      add: compose(retry(), new Breaker()).wrap(function (this: { step: number }, to: number) {
        return to + this.step
      }),
    }
    await expect(counter.add(40)).resolves.toBe(42)
  })

  it('makes no signal that nobody reads, and leaves no listener on one that is given', async () => {
    const caller = new AbortController()
    const all = compose(timeout('1s'), retry(), new Breaker(), new Bulkhead(), timeout('1s'))
    await all.run(({ signal }) => expect(signal.aborted).toBe(false), { signal: caller.signal })
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
  })

  it('answers with the fallback', async () => {
    const full = new Bulkhead({ maxConcurrent: 1, maxQueue: 0 })
    const held = gate()
    const first = full.run(() => held.promise)
    const refusals: unknown[] = []
    const fallback = (error: unknown): string => (refusals.push(error), 'instead')
    await expect(compose(full).run(() => 'done', { fallback })).resolves.toBe('instead')
    expect(refusals[0]).toBeInstanceOf(BulkheadFullError)
    held.open()
    await first
  })

  describe('with a strategy from elsewhere', () => {
    it('hands it the signal, and the attempt on to the work', async () => {
      const clock = new ManualClock()
      const theirs = foreign()
      const attempts: number[] = []
      const done = compose(retry({ delay: 0, clock }), theirs, new Breaker({ clock })).run(({ attempt }) => {
        attempts.push(attempt)
        if (attempt < 3) throw new Error('down')
        return 'done'
      })
      await clock.advance('1s')
      await expect(done).resolves.toBe('done')
      expect(attempts).toEqual([1, 2, 3])
      expect(theirs.seen).toHaveLength(3)
    })

    it('aborts the work with it', async () => {
      const theirs = foreign()
      const held = gate<string>()
      let reason: unknown
      const running = compose(theirs, new Breaker()).run(({ signal }) => {
        signal.addEventListener('abort', () => (reason = signal.reason))
        return held.promise
      })
      theirs.abort('theirs')
      expect(reason).toBe('theirs')
      held.open('done')
      await expect(running).resolves.toBe('done')
    })

    it('leaves no listener on the signal of the caller', async () => {
      const caller = new AbortController()
      const read = compose(timeout('1s'), foreign(), new Breaker()).run(({ signal }) => signal.aborted, {
        signal: caller.signal,
      })
      await expect(read).resolves.toBe(false)
      expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
      const direct = compose(foreign(), new Breaker()).run(({ signal }) => signal.aborted, { signal: caller.signal })
      await expect(direct).resolves.toBe(false)
      expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    })

    it('blames nobody for the abort of a caller, inside and around it', async () => {
      const breakers = [new Breaker({ consecutiveFailures: 1 }), new Breaker({ consecutiveFailures: 1 })] as const
      const caller = new AbortController()
      const running = compose(breakers[0], foreign(), breakers[1]).run(
        ({ signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut')))),
        { signal: caller.signal },
      )
      caller.abort()
      await expect(running).rejects.toThrow('cut')
      expect(breakers.map((breaker) => breaker.state)).toEqual(['closed', 'closed'])
      expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    })

    it('rejects where its run throws', async () => {
      const broken: Strategy = {
        run: () => {
          throw new Error('broken')
        },
        wrap: () => () => Promise.reject(new Error('not used')),
      }
      await expect(compose(broken).run(() => 'done')).rejects.toThrow('broken')
    })
  })

  it('refuses what is no strategy', () => {
    expect(() => compose(retry(), undefined as never)).toThrow(
      new TypeError('strategy 1 must have a method run(), got undefined (undefined)'),
    )
    expect(() => compose({} as never)).toThrow('strategy 0 must have a method run()')
  })
})
