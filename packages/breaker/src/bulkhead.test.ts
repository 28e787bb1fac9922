import { getEventListeners } from 'node:events'
import { type Gate, gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'
import { Bulkhead, type BulkheadOptions, type BulkheadRunOptions } from './bulkhead.ts'
import { compose } from './compose.ts'
import { CallContext } from './context.ts'
import { BulkheadFullError, TimeoutError } from './errors.ts'
import { ManualClock } from './testing/manual-clock.ts'

interface Call extends Gate<string> {
  /** What the call has come to so far. */
  readonly seen: unknown[]
}

function setUp(options: BulkheadOptions = {}) {
  const clock = new ManualClock()
  const bulkhead = new Bulkhead({ name: 'llm', maxConcurrent: 1, clock, ...options })
  const started: string[] = []
  const begin = (name: string, runOptions?: BulkheadRunOptions): Call => {
    const call = { ...gate<string>(), seen: [] as unknown[] }
    const work = () => {
      started.push(name)
      return call.promise
    }
    bulkhead.run(work, runOptions).then(
      (value) => call.seen.push(value),
      (error: unknown) => call.seen.push(error),
    )
    return call
  }
  return { clock, bulkhead, started, begin, turn: () => clock.advance(0) }
}

describe('Bulkhead', () => {
  it('runs up to maxConcurrent calls at once, queues up to maxQueue and refuses one more', async () => {
    const { bulkhead, started, begin, turn } = setUp({ maxConcurrent: 2, maxQueue: 1 })
    const calls = ['a', 'b', 'c', 'd'].map((name) => begin(name))
    await turn()
    expect(started).toEqual(['a', 'b'])
    expect(calls[3]?.seen).toEqual([new BulkheadFullError('llm', 'is full: 2 running, 1 queued')])
    expect(bulkhead.stats()).toEqual({ active: 2, maxConcurrent: 2, queued: 1, maxQueue: 1, zombies: 0, refused: 1 })
    for (const call of calls) call.open('done')
    await turn()
    expect(started).toEqual(['a', 'b', 'c'])
    expect(calls.slice(0, 3).map(({ seen }) => seen)).toEqual([['done'], ['done'], ['done']])
    expect(bulkhead.stats()).toMatchObject({ active: 0, queued: 0, zombies: 0, refused: 1 })
  })

  it('has 3 places and a queue of 100 unless told otherwise', () => {
    expect(new Bulkhead().stats()).toMatchObject({ maxConcurrent: 3, maxQueue: 100 })
    expect(new Bulkhead().name).toBe('bulkhead')
  })

  it('has the place free again when its caller sees the result, be it a value, an error, or synchronous', async () => {
    const { bulkhead } = setUp({ maxQueue: 0 })
    await bulkhead.run(async () => 'value')
    expect(bulkhead.stats().active).toBe(0)
    await expect(bulkhead.run(() => 'synchronous')).resolves.toBe('synchronous')
    expect(bulkhead.stats().active).toBe(0)
    const thrown = new Error('thrown')
    const throwing = () => {
      throw thrown
    }
    await expect(bulkhead.run(throwing)).rejects.toBe(thrown)
    expect(bulkhead.stats().active).toBe(0)
  })

  it('runs the highest priority first, the longest waiting first within one', async () => {
    const { started, begin, turn } = setUp()
    const calls = [begin('first')]
    const priorities = { a: 0, b: -1.5, c: 2, d: undefined, e: 2, f: 7, g: -1.5 }
    for (const [name, priority] of Object.entries(priorities)) calls.push(begin(name, { priority }))
    for (const call of calls) call.open('done')
    await turn()
    expect(started.join(' ')).toBe('first f c e a d b g')
  })

  it('hands a place over at once: newcomers neither overtake an accepted call nor make it refused', async () => {
    const { bulkhead, started, begin, turn } = setUp({ maxQueue: 1 })
    const running = begin('running')
    const accepted = begin('accepted')
    running.open('done')
    // One comes before the bulkhead hears of the end, one right after.
    const newcomers = [begin('newcomer 1')]
    await running.promise
    newcomers.push(begin('newcomer 2'))
    await turn()
    expect(started).toEqual(['running', 'accepted'])
    expect(newcomers.map(({ seen }) => seen)).toEqual([[expect.any(BulkheadFullError)], []])
    expect(bulkhead.stats()).toMatchObject({ active: 1, queued: 1, refused: 1 })
    accepted.open('done')
    await turn()
    expect(accepted.seen).toEqual(['done'])
  })

  it('rejects a queued call at once when it is aborted: it never runs, and its place in the queue is free', async () => {
    const { bulkhead, started, begin, turn } = setUp({ maxQueue: 2 })
    const running = begin('running')
    const caller = new AbortController()
    const aborted = begin('aborted', { signal: caller.signal })
    const behind = begin('behind')
    caller.abort('gone')
    expect(bulkhead.stats().queued).toBe(1)
    await turn()
    expect(aborted.seen).toEqual(['gone'])
    running.open('done')
    behind.open('done')
    await turn()
    expect(started).toEqual(['running', 'behind'])
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
  })

  it('does not begin a call that was aborted before', async () => {
    const { bulkhead, started, begin, turn } = setUp()
    const signal = AbortSignal.abort('gone')
    const call = begin('call', { signal })
    await turn()
    expect(call.seen).toEqual(['gone'])
    begin('running')
    await expect(bulkhead.execute(() => 'ran', CallContext.root(signal))).rejects.toBe('gone')
    await expect(bulkhead.run(() => 'ran', { signal, fallback: 'fallback' })).resolves.toBe('fallback')
    expect(started).toEqual(['running'])
    expect(bulkhead.stats()).toMatchObject({ active: 1, queued: 0, refused: 0 })
  })

  it('rejects a call that waited for queueTimeout, with one timer for all that wait', async () => {
    const { bulkhead, clock, started, begin } = setUp({ queueTimeout: '1s' })
    const running = begin('running')
    const low = begin('low', { priority: -1 })
    await clock.advance(400)
    const high = begin('high', { priority: 1 })
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(600)
    expect(low.seen).toEqual([new TimeoutError(1_000, 'queue')])
    expect(high.seen).toEqual([])
    await clock.advance(400)
    expect(high.seen).toEqual([new TimeoutError(1_000, 'queue')])
    expect(clock.pendingTimers).toBe(0)
    running.open('done')
    await clock.advance(0)
    expect(started).toEqual(['running'])
    expect(bulkhead.stats()).toMatchObject({ active: 0, queued: 0, refused: 2 })
  })

  it('keeps no timer for calls that got their place in time', async () => {
    const { clock, begin } = setUp({ queueTimeout: '1s' })
    const running = begin('running')
    const queued = begin('queued')
    running.open('done')
    await clock.advance('5s')
    expect(clock.pendingTimers).toBe(0)
    queued.open('in time')
    await clock.advance(0)
    expect(queued.seen).toEqual(['in time'])
  })

  it('gives the fallback where it refuses, and where the work fails', async () => {
    const { bulkhead, begin } = setUp({ maxQueue: 0 })
    await expect(bulkhead.run(() => Promise.reject(new Error('down')), { fallback: 'fallback' })).resolves.toBe(
      'fallback',
    )
    begin('running')
    await expect(bulkhead.run(() => 'ran', { fallback: null })).resolves.toBeNull()
    const messageOf = (error: unknown) => (error as Error).message
    await expect(bulkhead.run(() => 'ran', { fallback: messageOf })).resolves.toBe(
      'bulkhead "llm" is full: 1 running, 0 queued',
    )
    const rethrow = (error: unknown) => {
      throw error
    }
    await expect(bulkhead.run(() => 'ran', { fallback: rethrow })).rejects.toBeInstanceOf(BulkheadFullError)
    expect(bulkhead.stats().refused).toBe(3)
  })

  it('leaves an unobserved failure of the work an unhandled rejection, as without it', async () => {
    const { bulkhead, begin, turn } = setUp()
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    const running = begin('running')
    void bulkhead.run(() => Promise.reject(new Error('nobody looks')))
    running.open('done')
    await turn()
    await turn()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([new Error('nobody looks')])
  })

  it('refuses newcomers once closed, and waits for calls that run or are queued', async () => {
    const { bulkhead, begin, turn } = setUp()
    const running = begin('running')
    const queued = begin('queued')
    let isClosed = false
    void bulkhead.close().then(() => (isClosed = true))
    const newcomer = begin('newcomer')
    running.open('done')
    await turn()
    expect(newcomer.seen).toEqual([new BulkheadFullError('llm', 'is closed')])
    expect(isClosed).toBe(false)
    queued.open('done')
    await turn()
    expect(queued.seen).toEqual(['done'])
    expect(isClosed).toBe(true)
    await bulkhead.close()
    await new Bulkhead().close()
  })

  it('keeps a breaker around it closed where it only refuses', async () => {
    const { bulkhead, begin } = setUp({ maxQueue: 0 })
    const breaker = new Breaker({ consecutiveFailures: 5 })
    begin('running')
    const guarded = compose(breaker, bulkhead)
    for (let at = 0; at < 12; at++) await expect(guarded.run(() => 'ran')).rejects.toBeInstanceOf(BulkheadFullError)
    expect(breaker.stats()).toMatchObject({ state: 'closed', failures: 0, ignored: 12 })
  })

  it('runs a function it wraps, with its arguments and its this', async () => {
    const { bulkhead } = setUp()
    const scale = {
      factor: 3,
      times: bulkhead.wrap(function (this: { factor: number }, value: number) {
        return value * this.factor
      }),
    }
    await expect(scale.times(14)).resolves.toBe(42)
  })

  it('refuses a signal that is none, and queues nothing', async () => {
    const { bulkhead, begin, turn } = setUp()
    const running = begin('running')
    for (const signal of [5, {}, null, 'abort'] as never[]) {
      expect(() => bulkhead.run(() => 'ran', { signal })).toThrow(/^signal must be an AbortSignal, got/)
    }
    expect(bulkhead.stats()).toMatchObject({ active: 1, queued: 0 })
    running.open('done')
    await turn()
    expect(bulkhead.stats()).toMatchObject({ active: 0, queued: 0 })
  })

  it('names what is wrong with an option', () => {
    expect(() => new Bulkhead({ maxConcurrent: 0 })).toThrow('maxConcurrent must be a whole number of at least 1')
    expect(() => new Bulkhead({ maxQueue: 1.5 })).toThrow('maxQueue must be a whole number of at least 0')
    expect(() => new Bulkhead({ queueTimeout: 'soon' as '1s' })).toThrow('queueTimeout must be milliseconds')
    expect(() => new Bulkhead({ release: 'never' as 'settle' })).toThrow(
      new TypeError("release must be 'settle' or 'timeout', got never (string)"),
    )
    expect(() => new Bulkhead({ maxConcurent: 1 } as never)).toThrow("Bulkhead options has no option 'maxConcurent'")
    expect(() => new Bulkhead().run(() => 1, { priority: NaN })).toThrow(
      new TypeError('priority must be a finite number, got NaN (number)'),
    )
  })
})

describe('Bulkhead under load', () => {
  it('runs 100 000 calls, never more than 100 at once', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 100, maxQueue: 100_000 })
    let running = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
    }
    const calls = Array.from({ length: 100_000 }, () => bulkhead.run(work))
    expect(bulkhead.stats()).toMatchObject({ active: 100, queued: 99_900 })
    await Promise.all(calls)
    expect(most).toBe(100)
    expect(bulkhead.stats()).toMatchObject({ active: 0, queued: 0, zombies: 0, refused: 0 })
  })

  it('lets 100 000 queued calls go with the one signal they share', async () => {
    const { bulkhead, begin, turn } = setUp({ maxQueue: 100_000 })
    const running = begin('running')
    const caller = new AbortController()
    const options = { signal: caller.signal, fallback: 'fallback' }
    const calls = Array.from({ length: 100_000 }, () => bulkhead.run(() => 'ran', options))
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1)
    caller.abort('gone')
    expect(bulkhead.stats().queued).toBe(0)
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['fallback']))
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    running.open('done')
    await turn()
    expect(bulkhead.stats()).toMatchObject({ active: 0, queued: 0 })
  })

  it.each(['settle', 'timeout'] as const)(
    'leaves no listener on a signal that 10 000 calls share with the release %s',
    async (release) => {
      const bulkhead = new Bulkhead({ maxConcurrent: 5_000, maxQueue: 5_000, release })
      const { signal } = new AbortController()
      await Promise.all(Array.from({ length: 10_000 }, () => bulkhead.run(() => null, { signal })))
      expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    },
  )
})
