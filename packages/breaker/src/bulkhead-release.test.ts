import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Bulkhead } from './bulkhead.ts'
import { compose } from './compose.ts'
import { TimeoutError } from './errors.ts'
import { hedge } from './hedge.ts'
import { retry } from './retry.ts'
import type { Strategy } from './strategy.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { timeout } from './timeout.ts'

function setUp(release: 'settle' | 'timeout') {
  const clock = new ManualClock()
  const bulkhead = new Bulkhead({ maxConcurrent: 1, release, clock })
  const limit = timeout({ after: '1s', clock })
  const work = gate<string>()
  const gauges = () => {
    const { active, queued, zombies } = bulkhead.stats()
    return { active, queued, zombies }
  }
  /** Runs `work` and notes what the call comes to. */
  const begin = (strategy: Strategy, signal?: AbortSignal) => {
    const seen: unknown[] = []
    strategy
      .run(() => work.promise, { signal })
      .then(
        (value) => seen.push(value),
        (error: unknown) => seen.push(error),
      )
    return seen
  }
  return { clock, bulkhead, limit, work, gauges, begin }
}

describe('Bulkhead with the release settle', () => {
  it('keeps the place of work that goes on after a hard timeout inside it, and shows it as a zombie', async () => {
    const { clock, bulkhead, limit, work, gauges, begin } = setUp('settle')
    const cut = begin(compose(bulkhead, limit))
    const waiting = begin(bulkhead)
    await clock.advance('1s')
    expect(cut).toEqual([new TimeoutError(1_000, 'attempt')])
    expect(gauges()).toEqual({ active: 1, queued: 1, zombies: 1 })
    work.open('late')
    await clock.advance(0)
    expect(waiting).toEqual(['late'])
    expect(gauges()).toEqual({ active: 0, queued: 0, zombies: 0 })
  })

  it('keeps the place of work that hangs under a timeout outside it, and shows it as a zombie', async () => {
    const { clock, bulkhead, limit, work, gauges, begin } = setUp('settle')
    begin(compose(limit, bulkhead))
    expect(gauges()).toEqual({ active: 1, queued: 0, zombies: 0 })
    await clock.advance('1s')
    expect(gauges()).toEqual({ active: 1, queued: 0, zombies: 1 })
    work.open('late')
    await clock.advance(0)
    expect(gauges()).toEqual({ active: 0, queued: 0, zombies: 0 })
  })

  it('keeps the place of work whose caller has aborted until it settles', async () => {
    const { clock, bulkhead, work, gauges, begin } = setUp('settle')
    const caller = new AbortController()
    const seen = begin(bulkhead, caller.signal)
    caller.abort('gone')
    expect(gauges()).toEqual({ active: 1, queued: 0, zombies: 1 })
    work.fail('gone')
    await clock.advance(0)
    expect(seen).toEqual(['gone'])
    expect(gauges()).toEqual({ active: 0, queued: 0, zombies: 0 })
  })

  it('keeps the place for the loser of a hedge', async () => {
    const { clock, bulkhead, gauges } = setUp('settle')
    const attempts = [gate<string>(), gate<string>()]
    const call = compose(bulkhead, hedge({ after: 10, clock })).run(({ attempt }) => attempts[attempt - 1]!.promise)
    await clock.advance(10)
    attempts[1]!.open('second')
    await expect(call).resolves.toBe('second')
    expect(gauges()).toEqual({ active: 1, queued: 0, zombies: 1 })
    attempts[0]!.fail(new Error('aborted'))
    await clock.advance(0)
    expect(gauges()).toEqual({ active: 0, queued: 0, zombies: 0 })
  })

  it('counts a call once, however many of its attempts go on, and waits for the last of them', async () => {
    const { clock, bulkhead, limit, gauges } = setUp('settle')
    const attempts = [gate<string>(), gate<string>(), gate<string>()]
    const tries = compose(bulkhead, retry({ maxAttempts: 3, delay: 0, clock }), limit)
    const call = tries.run(({ attempt }) => attempts[attempt - 1]!.promise, { fallback: 'fallback' })
    await clock.advance('10s')
    await expect(call).resolves.toBe('fallback')
    for (const attempt of attempts) {
      expect(gauges()).toEqual({ active: 1, queued: 0, zombies: 1 })
      attempt.open('late')
      await clock.advance(0)
    }
    expect(gauges()).toEqual({ active: 0, queued: 0, zombies: 0 })
  })

  it('waits too for work that is left behind only later: by a hedge that goes on after a timeout', async () => {
    const { clock, bulkhead, limit, gauges } = setUp('settle')
    const attempts = [gate<string>(), gate<string>()]
    const nested = compose(bulkhead, limit, hedge({ after: 10, clock }))
    const call = nested.run(({ attempt }) => attempts[attempt - 1]!.promise, { fallback: 'fallback' })
    await clock.advance('1s')
    await expect(call).resolves.toBe('fallback')
    for (const attempt of attempts.toReversed()) {
      expect(gauges()).toEqual({ active: 1, queued: 0, zombies: 1 })
      attempt.open('late')
      await clock.advance(0)
    }
    expect(gauges()).toEqual({ active: 0, queued: 0, zombies: 0 })
  })

  it('has no zombie where work that went on has settled before the call does', async () => {
    const { clock, bulkhead, limit, gauges } = setUp('settle')
    const attempts = [gate<string>(), gate<string>()]
    const tries = compose(bulkhead, retry({ maxAttempts: 2, delay: 0, clock }), limit)
    const call = tries.run(({ attempt }) => attempts[attempt - 1]!.promise)
    await clock.advance('1s')
    attempts[0]!.open('late')
    await clock.advance(0)
    attempts[1]!.open('in time')
    await expect(call).resolves.toBe('in time')
    expect(gauges()).toEqual({ active: 0, queued: 0, zombies: 0 })
  })
})

describe('Bulkhead with the release timeout', () => {
  it('frees the place of work that goes on after a hard timeout inside it, and shows it as a zombie', async () => {
    const { clock, bulkhead, limit, work, gauges, begin } = setUp('timeout')
    const cut = begin(compose(bulkhead, limit))
    const next = gate()
    void bulkhead.run(() => next.promise)
    await clock.advance('1s')
    expect(cut).toEqual([new TimeoutError(1_000, 'attempt')])
    expect(gauges()).toEqual({ active: 1, queued: 0, zombies: 1 })
    next.open()
    await clock.advance(0)
    expect(gauges()).toEqual({ active: 0, queued: 0, zombies: 1 })
    work.open('late')
    await clock.advance(0)
    expect(gauges()).toEqual({ active: 0, queued: 0, zombies: 0 })
  })

  it('loses no place to work that never settles under a timeout outside it', async () => {
    const { clock, bulkhead, limit, gauges, begin } = setUp('timeout')
    for (let at = 1; at <= 3; at++) {
      const seen = begin(compose(limit, bulkhead))
      await clock.advance('1s')
      expect(seen).toEqual([new TimeoutError(1_000, 'attempt')])
      expect(gauges()).toEqual({ active: 0, queued: 0, zombies: at })
    }
    await expect(bulkhead.run(() => 'ran')).resolves.toBe('ran')
  })

  it('frees the place when the caller aborts, and hands it to one who still waits', async () => {
    const { clock, bulkhead, work, gauges, begin } = setUp('timeout')
    const caller = new AbortController()
    begin(bulkhead, caller.signal)
    const aborted = begin(bulkhead, caller.signal)
    const started: string[] = []
    const next = gate()
    void bulkhead.run(() => (started.push('next'), next.promise))
    caller.abort('gone')
    expect(started).toEqual(['next'])
    expect(gauges()).toEqual({ active: 1, queued: 0, zombies: 1 })
    await clock.advance(0)
    expect(aborted).toEqual(['gone'])
    work.fail('gone')
    next.open()
    await clock.advance(0)
    expect(gauges()).toEqual({ active: 0, queued: 0, zombies: 0 })
  })
})
