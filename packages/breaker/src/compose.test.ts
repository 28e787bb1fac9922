import { getEventListeners } from 'node:events'
import { gate } from '@org/testkit'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { Breaker } from './breaker.ts'
import { Bulkhead } from './bulkhead.ts'
import { compose } from './compose.ts'
import type { Work } from './context.ts'
import { BulkheadFullError, RetryExhaustedError, TimeoutError } from './errors.ts'
import { pipeline } from './pipeline.ts'
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

  describe('with a pipeline inside', () => {
    it('holds a place of a bulkhead outside for as long as the work runs', async () => {
      const clock = new ManualClock()
      const bulkhead = new Bulkhead({ maxConcurrent: 1 })
      const all = compose(bulkhead, pipeline({ attemptTimeout: 5, clock }))
      const works = [gate(), gate(), gate()] as const
      let running = 0
      let mostRunning = 0
      const calls = works.map((work) =>
        all.run(() => {
          mostRunning = Math.max(mostRunning, ++running)
          return work.promise.finally(() => running--)
        }),
      )
      const ended = Promise.allSettled(calls)
      for (const work of works) {
        await clock.advance(50)
        expect(bulkhead.stats()).toMatchObject({ active: 1, zombies: 1 })
        work.open()
      }
      for (const { status } of await ended) expect(status).toBe('rejected')
      expect(mostRunning).toBe(1)
      await clock.advance(0)
      expect(bulkhead.stats()).toMatchObject({ active: 0, zombies: 0 })
    })

    it('blames its breaker for work that a timeout outside cuts off', async () => {
      const clock = new ManualClock()
      const breaker = new Breaker({ clock })
      const call = compose(timeout({ after: 5, clock }), pipeline({ breaker })).run(() => new Promise(() => {}))
      call.catch(() => {})
      await clock.advance(5)
      await expect(call).rejects.toBeInstanceOf(TimeoutError)
      expect(breaker.stats().failures).toBe(1)
    })

    it('counts its calls, tells the attempt, and makes no signal that nobody reads', async () => {
      const clock = new ManualClock()
      const caller = new AbortController()
      const inner = pipeline({ breaker: {}, attemptTimeout: '1s', clock })
      const all = compose(retry({ delay: 0, clock }), inner)
      const done = all.run(({ attempt }) => (attempt < 3 ? Promise.reject(new Error('down')) : attempt), {
        signal: caller.signal,
      })
      await clock.advance('1s')
      await expect(done).resolves.toBe(3)
      expect(inner.stats()).toMatchObject({ attempts: 3, breaker: { failures: 2, successes: 1 } })
      expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    })

    it('starts nothing for a call that was aborted before its turn', async () => {
      const caller = new AbortController()
      const inner = pipeline({ breaker: {} })
      let runs = 0
      const leaving: Strategy = {
        run: async <T>(work: Work<T>, options?: RunOptions): Promise<T> => {
          caller.abort('left')
          return work({ signal: options!.signal!, attempt: 1 })
        },
        wrap: () => () => Promise.reject(new Error('not used')),
      }
      await expect(compose(leaving, inner).run(() => runs++, { signal: caller.signal })).rejects.toBe('left')
      expect([runs, inner.stats().attempts]).toEqual([0, 0])
    })

    it('gives the fallback of the pipeline, which the types refuse: a strategy answers what the work does', async () => {
      const breaker = new Breaker()
      const falling = pipeline({ fallback: 1 })
      expectTypeOf(pipeline({})).toExtend<Strategy>()
      expectTypeOf(falling).not.toExtend<Strategy>()
      const answer = compose(breaker, falling as unknown as Strategy).run(() => Promise.reject(new Error('down')))
      await expect(answer).resolves.toBe(1)
      expect(breaker.stats().successes).toBe(1)
    })
  })

  describe('with a strategy from elsewhere', () => {
    it('holds a place of a bulkhead outside for work that it leaves running', async () => {
      const hasty: Strategy = {
        run: <T>(work: Work<T>, options?: RunOptions): Promise<T> => {
          void work({ signal: options!.signal!, attempt: 1 })
          return Promise.reject(new Error('too slow'))
        },
        wrap: () => () => Promise.reject(new Error('not used')),
      }
      const bulkhead = new Bulkhead({ maxConcurrent: 1 })
      const all = compose(bulkhead, hasty)
      const works = [gate(), gate()] as const
      const begun: number[] = []
      const calls = works.map((work, call) => all.run(() => (begun.push(call), work.promise)))
      const second = calls[1]!.catch((error: unknown) => error)
      await expect(calls[0]).rejects.toThrow('too slow')
      expect(begun).toEqual([0])
      expect(bulkhead.stats()).toMatchObject({ active: 1, queued: 1, zombies: 1 })
      works[0].fail(new Error('late'))
      await expect(second).resolves.toEqual(new Error('too slow'))
      expect(begun).toEqual([0, 1])
      works[1].open()
      await bulkhead.close()
      expect(bulkhead.stats()).toMatchObject({ active: 0, zombies: 0 })
    })

    it('blames a breaker inside for work that a timeout outside cuts off', async () => {
      const clock = new ManualClock()
      const breaker = new Breaker({ clock })
      const all = compose(timeout({ after: 5, clock }), foreign(), breaker)
      const call = all.run(() => new Promise(() => {}))
      call.catch(() => {})
      await clock.advance(5)
      await expect(call).rejects.toBeInstanceOf(TimeoutError)
      expect(breaker.stats().failures).toBe(1)
    })

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
