import { type Gate, gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'
import { Bulkhead } from './bulkhead.ts'
import { compose } from './compose.ts'
import type { Work } from './context.ts'
import { TimeoutError } from './errors.ts'
import { hedge } from './hedge.ts'
import { pipeline } from './pipeline.ts'
import { retry } from './retry.ts'
import type { Strategy } from './strategy.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { timeout } from './timeout.ts'

function setUp() {
  const clock = new ManualClock()
  const bulkhead = new Bulkhead({ maxConcurrent: 1, clock })
  const breaker = new Breaker({ consecutiveFailures: 1, openFor: '1s', clock })
  const limit = timeout({ after: 60, clock })
  /** Takes the place until it is opened. */
  const occupy = () => {
    const place = gate()
    void bulkhead.run(() => place.promise)
    return place
  }
  const begin = (strategy: Pick<Strategy, 'run'>, works: readonly Gate<string>[] = []) => {
    const seen: unknown[] = []
    strategy
      .run(({ attempt }) => works[attempt - 1]?.promise ?? 'ran')
      .then(
        (value) => seen.push(value),
        (error: unknown) => seen.push(error),
      )
    return seen
  }
  return { clock, bulkhead, breaker, limit, occupy, begin }
}

describe('A breaker around calls that wait in a bulkhead', () => {
  it('stays closed under overload alone', async () => {
    const clock = new ManualClock()
    const all = pipeline({ clock, totalTimeout: 60, breaker: {}, bulkhead: { maxConcurrent: 1 } })
    const work = () => new Promise((resolve) => void clock.setTimer(() => resolve('done'), 40))
    const calls = Promise.allSettled(Array.from({ length: 20 }, () => all.run(work)))
    await clock.advance('1s')
    const errors = (await calls).filter(({ status }) => status === 'rejected')
    expect(errors).toHaveLength(19)
    expect(all.stats().breaker).toMatchObject({ state: 'closed', failures: 0, successes: 1, ignored: 19 })
  })

  it('stays closed under overload that goes on: calls which begin late are cut while they run', async () => {
    const clock = new ManualClock()
    const all = pipeline({ clock, totalTimeout: 60, breaker: {}, bulkhead: { maxConcurrent: 1 }, fallback: 'fallback' })
    const work = () => new Promise((resolve) => void clock.setTimer(() => resolve('done'), 40))
    for (let at = 0; at < 200; at++) {
      void all.run(work)
      await clock.advance(7)
    }
    await clock.advance('1s')
    expect(all.stats().breaker).toMatchObject({ state: 'closed', refused: 0 })
  })

  it('takes back the permit of a probe that is cut while it waits', async () => {
    const { clock, bulkhead, breaker, limit, occupy, begin } = setUp()
    breaker.failure(breaker.tryAcquire(), new Error('down'))
    await clock.advance('1s')
    const place = occupy()
    const probe = begin(compose(limit, breaker, bulkhead))
    expect([breaker.state, breaker.tryAcquire()]).toEqual(['half-open', 0])
    await clock.advance(60)
    expect(probe).toEqual([new TimeoutError(60, 'attempt', true)])
    expect(breaker.state).toBe('half-open')
    place.open()
    await clock.advance(0)
    await expect(compose(limit, breaker, bulkhead).run(() => 'ran')).resolves.toBe('ran')
    expect(breaker.state).toBe('closed')
  })

  it('blames work that waited, began, and was cut, unless the wait took half of the time', async () => {
    const { clock, bulkhead, breaker, limit, occupy, begin } = setUp()
    const place = occupy()
    const works = [gate<string>()]
    begin(compose(limit, breaker, bulkhead), works)
    await clock.advance(30)
    place.open()
    await clock.advance(30)
    expect(breaker.stats()).toMatchObject({ state: 'closed', failures: 0, ignored: 1 })
    begin(compose(limit, breaker, bulkhead), [gate<string>()])
    await clock.advance(29)
    works[0]!.open('late')
    await clock.advance(31)
    expect(breaker.stats()).toMatchObject({ state: 'open', failures: 1, ignored: 1 })
  })

  it.each(['hard', 'cooperative'] as const)(
    'blames nobody where a %s timeout inside it cuts the wait',
    async (mode) => {
      const { clock, bulkhead, breaker, occupy, begin } = setUp()
      occupy()
      const inner = timeout({ after: 60, mode, clock })
      const seen = begin(compose(breaker, retry({ clock }), inner, bulkhead))
      await clock.advance('1s')
      expect(seen).toEqual([new TimeoutError(60, 'attempt', true)])
      expect(breaker.stats()).toMatchObject({ state: 'closed', failures: 0, ignored: 1 })
    },
  )

  it('blames nobody where the timeout is in a strategy that is not of this package', async () => {
    const { clock, bulkhead, breaker, limit, occupy, begin } = setUp()
    occupy()
    const foreign = { run: <T>(work: Work<T>) => limit.run(work) } as unknown as Strategy
    begin(compose(foreign, breaker, bulkhead))
    await clock.advance(60)
    expect(breaker.stats()).toMatchObject({ state: 'closed', failures: 0, ignored: 1 })
  })

  it('blames a hedged call of which an attempt runs, though another waits', async () => {
    const { clock, bulkhead, breaker, limit, begin } = setUp()
    const perAttempt = new Breaker({ clock })
    const works = [gate<string>(), gate<string>()]
    begin(compose(limit, breaker, hedge({ after: 10, clock }), perAttempt, bulkhead), works)
    await clock.advance(60)
    expect(breaker.stats()).toMatchObject({ failures: 1, ignored: 0 })
    expect(perAttempt.stats()).toMatchObject({ failures: 1, ignored: 1 })
  })

  it('blames no hedged call all of whose attempts wait, also after another attempt was left behind', async () => {
    const { clock, bulkhead, breaker, limit, occupy, begin } = setUp()
    const place = occupy()
    const tries = compose(
      limit,
      breaker,
      retry({ delay: 1, jitter: 'none', clock }),
      hedge({ after: 10, clock }),
      bulkhead,
    )
    const works = [gate<string>(), gate<string>()]
    begin(tries, works)
    await clock.advance(20)
    place.open()
    await clock.advance(0)
    const other = occupy()
    works[0]!.fail(new Error('down'))
    await clock.advance(1)
    works[1]!.fail(new Error('down'))
    await clock.advance(1)
    await clock.advance(60)
    expect(breaker.stats()).toMatchObject({ state: 'closed', failures: 0, ignored: 1 })
    other.open()
  })
})
