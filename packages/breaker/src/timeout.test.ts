import { getEventListeners } from 'node:events'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import type { CallContext, WorkContext } from './context.ts'
import { TimeoutError } from './errors.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { Timeout, timeout } from './timeout.ts'

function setUp(mode?: 'hard' | 'cooperative') {
  const clock = new ManualClock()
  const limit = new Timeout({ after: '1s', mode, clock }, 'attempt')
  const work = gate<string>()
  const signals: AbortSignal[] = []
  const reading = (context: WorkContext) => {
    signals.push(context.signal)
    return work.promise
  }
  return { clock, limit, work, signals, reading }
}

/** What the call has come to so far. */
function watched(call: Promise<unknown>) {
  const seen: unknown[] = []
  call.then(
    (value) => seen.push(value),
    (error: unknown) => seen.push(error),
  )
  return seen
}

describe('Timeout', () => {
  it('gives the result of work in time, synchronous work and its throw included, and clears its timer', async () => {
    const { clock, limit, work } = setUp()
    const call = limit.run(() => work.promise)
    expect(clock.pendingTimers).toBe(1)
    work.open('done')
    await expect(call).resolves.toBe('done')
    await expect(limit.run(() => 7)).resolves.toBe(7)
    const thrown = new Error('thrown')
    await expect(
      limit.run(() => {
        throw thrown
      }),
    ).rejects.toBe(thrown)
    expect(clock.pendingTimers).toBe(0)
    expect(limit.stats().timeouts).toBe(0)
  })

  it('rejects at its instant, and aborts the signal with the same error', async () => {
    const { clock, limit, signals, reading } = setUp()
    const seen = watched(limit.run(reading))
    await clock.advance(999)
    expect(seen).toEqual([])
    await clock.advance(1)
    expect(seen).toEqual([new TimeoutError(1_000, 'attempt')])
    expect(signals[0]?.reason).toBe(seen[0])
    expect(limit.stats().timeouts).toBe(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('drops what the work answers or throws after it, without an unhandled rejection', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', note)
    const { clock, limit } = setUp()
    const late = [gate(), gate()] as const
    const seen = late.map(({ promise }) => watched(limit.run(async () => promise)))
    await clock.advance('1s')
    late[0].fail(new Error('late'))
    late[1].open()
    await clock.advance('1s')
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
    expect(seen.map((outcomes) => outcomes.length)).toEqual([1, 1])
  })

  it('names the whole call where it limits that', async () => {
    const clock = new ManualClock()
    const total = new Timeout({ after: 5, clock }, 'total')
    const seen = watched(total.run(() => gate().promise))
    await clock.advance(5)
    expect(seen).toEqual([new TimeoutError(5, 'total')])
  })

  it('rejects with the reason of the caller as soon as he aborts, and aborts the signal of the work', async () => {
    const { clock, limit, signals, reading } = setUp()
    const caller = new AbortController()
    const seen = watched(limit.run(reading, { signal: caller.signal }))
    caller.abort('changed my mind')
    await clock.advance(0)
    expect(seen).toEqual(['changed my mind'])
    expect(signals[0]?.reason).toBe('changed my mind')
    expect(clock.pendingTimers).toBe(0)
  })

  it('reaches work that asks for its signal late: after the call has ended, or when others already listen', async () => {
    const { clock, limit, work } = setUp()
    const caller = new AbortController()
    let context: WorkContext | undefined
    const keep = (given: WorkContext) => {
      context = given
      return work.promise
    }
    watched(limit.run(keep, { signal: caller.signal }))
    const late = context!.signal
    caller.abort('changed my mind')
    expect(late.reason).toBe('changed my mind')
    watched(limit.run(keep))
    await clock.advance('1s')
    expect(context!.signal.reason).toBeInstanceOf(TimeoutError)
  })

  it('rejects where the work itself makes the caller abort', async () => {
    const { limit, work } = setUp()
    const caller = new AbortController()
    const aborting = () => {
      caller.abort('from within')
      return work.promise
    }
    await expect(limit.run(aborting, { signal: caller.signal })).rejects.toBe('from within')
  })

  it('tells the contexts around it of work that goes on, until that settles', async () => {
    const { clock, limit, work } = setUp()
    let around: CallContext | undefined
    const outer = new Timeout({ after: '1h', clock }, 'total')
    const call = outer.run((context) => {
      around = context as CallContext
      return limit.execute(() => work.promise, around)
    })
    watched(call)
    await clock.advance('1s')
    expect([...around!.lingering!]).toEqual([work.promise])
    work.open('late')
    await clock.advance(0)
    expect(around!.lingering?.size).toBe(0)
  })

  it('leaves no listener on a signal that 10 000 calls share, nor a late one when the work asks after its end', async () => {
    const { clock, limit, work, reading } = setUp()
    const { signal } = new AbortController()
    let context: WorkContext | undefined
    const calls = Array.from({ length: 10_000 }, () => limit.run(reading, { signal }))
    calls.push(limit.run((given) => ((context = given), work.promise), { signal }))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    expect(clock.pendingTimers).toBe(1)
    work.open('done')
    await Promise.all(calls)
    expect(context!.signal.aborted).toBe(false)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    expect(clock.pendingTimers).toBe(0)
  })

  it('sets no timer for Infinity, yet ends with its caller', async () => {
    const clock = new ManualClock()
    const limit = timeout({ after: Infinity, clock })
    const caller = new AbortController()
    const seen = watched(limit.run(() => gate().promise, { signal: caller.signal }))
    expect(clock.pendingTimers).toBe(0)
    caller.abort('gone')
    await clock.advance(0)
    expect(seen).toEqual(['gone'])
    await expect(limit.run(() => 'done')).resolves.toBe('done')
  })

  it('gives the fallback in place of its error', async () => {
    const { clock, limit } = setUp()
    const seen = watched(limit.run(() => gate().promise, { fallback: 'fallback' }))
    await clock.advance('1s')
    expect(seen).toEqual(['fallback'])
  })

  it('names what is wrong with an option', () => {
    expect(() => timeout('soon' as '1s')).toThrow('after must be milliseconds or a string such as')
    expect(() => timeout({ after: 1, mode: 'soft' as 'hard' })).toThrow(
      new TypeError("mode must be 'hard' or 'cooperative', got soft (string)"),
    )
    expect(() => timeout({ after: 1, afer: 2 } as never)).toThrow(
      "timeout options has no option 'afer', known are after, mode, clock",
    )
  })
})

describe('Timeout, cooperative', () => {
  it('aborts the signal only: the call settles when the work does', async () => {
    const { clock, limit, work, signals, reading } = setUp('cooperative')
    const seen = watched(limit.run(reading))
    await clock.advance('1s')
    expect(signals[0]?.reason).toEqual(new TimeoutError(1_000, 'attempt'))
    expect(seen).toEqual([])
    work.open('late, but there')
    await clock.advance(0)
    expect(seen).toEqual(['late, but there'])
  })

  it('rejects with the timeout where the work rejects after it, with the error of the work before', async () => {
    const { clock, limit, work, reading } = setUp('cooperative')
    await expect(limit.run(() => Promise.reject(new Error('early')))).rejects.toThrow('early')
    const seen = watched(limit.run(reading))
    await clock.advance('1s')
    work.fail(new Error('aborted'))
    await clock.advance(0)
    expect(seen).toEqual([new TimeoutError(1_000, 'attempt')])
    expect(clock.pendingTimers).toBe(0)
  })

  it('hands on the abort of the caller and leaves no listener', async () => {
    const { clock, limit, work, signals, reading } = setUp('cooperative')
    const caller = new AbortController()
    const seen = watched(limit.run(reading, { signal: caller.signal }))
    caller.abort('gone')
    expect(signals[0]?.reason).toBe('gone')
    work.fail('gone')
    await clock.advance(0)
    expect(seen).toEqual(['gone'])
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
  })
})
