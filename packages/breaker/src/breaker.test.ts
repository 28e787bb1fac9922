import { once } from 'node:events'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Breaker, type BreakerEvents } from './breaker.ts'
import type { BreakerOptions } from './breaker-options.ts'
import { BreakerOpenError, BulkheadFullError, IsolatedError } from './errors.ts'
import { type BreakerState, STATE_CHANNEL } from './state.ts'
import { ManualClock } from './testing/manual-clock.ts'

function setUp(options: BreakerOptions = {}) {
  const clock = new ManualClock()
  const breaker = new Breaker({ name: 'llm', consecutiveFailures: 3, openFor: '10s', clock, ...options })
  const fail = (times = 1) => {
    for (let at = 0; at < times; at++) breaker.failure(breaker.tryAcquire(), new Error('down'))
  }
  const succeed = (times = 1) => {
    for (let at = 0; at < times; at++) breaker.success(breaker.tryAcquire())
  }
  return { clock, breaker, fail, succeed }
}

/** A breaker in the state asked for, with a permit of an earlier generation. */
async function inState(state: BreakerState) {
  const parts = setUp()
  const { breaker, clock, fail } = parts
  const early = breaker.tryAcquire()
  if (state === 'isolated') breaker.isolate()
  else if (state === 'disabled') breaker.disable()
  else if (state === 'closed') breaker.reset()
  else fail(3)
  if (state === 'half-open') {
    await clock.advance('10s')
    breaker.ignore(breaker.tryAcquire())
  }
  expect(breaker.state).toBe(state)
  return { ...parts, early }
}

const STATES = ['closed', 'open', 'half-open', 'isolated', 'disabled'] as const

describe('Breaker', () => {
  it('opens after 5 failures in a row for 60 s by default', async () => {
    const clock = new ManualClock()
    const breaker = new Breaker({ clock })
    for (let at = 0; at < 4; at++) breaker.failure(breaker.tryAcquire(), new Error('down'))
    expect(breaker.state).toBe('closed')
    breaker.failure(breaker.tryAcquire(), new Error('down'))
    expect(breaker.stats()).toMatchObject({ state: 'open', trips: 1, retryAfterMs: 60_000 })
    await clock.advance(59_999)
    expect(breaker.tryAcquire()).toBe(0)
    await clock.advance(1)
    expect(breaker.tryAcquire()).not.toBe(0)
  })

  it('counts failures in a row: a success begins anew, what is ignored changes nothing', () => {
    const { breaker, fail, succeed } = setUp()
    fail(2)
    succeed()
    fail(2)
    breaker.ignore(breaker.tryAcquire())
    expect(breaker.state).toBe('closed')
    fail()
    expect(breaker.state).toBe('open')
    expect(breaker.stats()).toMatchObject({ successes: 1, failures: 5, ignored: 1 })
  })

  it.each(STATES)('drops a result of a call begun before it became %s', async (state) => {
    for (const outcome of ['success', 'failure', 'ignore'] as const) {
      const { breaker, early } = await inState(state)
      const before = breaker.stats()
      if (outcome === 'failure') for (let at = 0; at < 10; at++) breaker.failure(early, new Error('late'))
      else breaker[outcome](early)
      const after = breaker.stats()
      expect(after.late - before.late).toBe(outcome === 'failure' ? 10 : 1)
      expect({ ...after, late: 0 }).toEqual({ ...before, late: 0 })
    }
  })

  const reached: readonly (readonly [BreakerState, 'isolate' | 'disable' | 'reset', BreakerState])[] = STATES.flatMap(
    (from) => [
      [from, 'isolate', 'isolated'] as const,
      [from, 'disable', 'disabled'] as const,
      [from, 'reset', 'closed'] as const,
    ],
  )
  it.each(reached)('goes from %s by %s() to %s', async (from, command, to) => {
    const { breaker } = await inState(from)
    const changes: BreakerEvents['state'][] = []
    breaker.on('state', (change) => changes.push(change))
    breaker[command]()
    expect(breaker.state).toBe(to)
    expect(changes.map((change) => [change.from, change.to])).toEqual(from === to ? [] : [[from, to]])
  })

  it('lets everything through and records nothing while disabled', () => {
    const { breaker, fail } = setUp()
    breaker.disable()
    fail(100)
    expect(breaker.stats()).toMatchObject({ state: 'disabled', failures: 0, late: 0, refused: 0 })
    breaker.reset()
    fail(3)
    expect(breaker.state).toBe('open')
  })

  it('stays isolated until the last who isolated it lets go', async () => {
    const { breaker } = setUp()
    const first = breaker.isolate()
    const second = breaker.isolate()
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    await expect(breaker.run(() => 1)).rejects.toThrow(IsolatedError)
    second[Symbol.dispose]()
    await expect(breaker.run(() => 1)).resolves.toBe(1)
    const third = breaker.isolate()
    breaker.reset()
    const fourth = breaker.isolate()
    third[Symbol.dispose]()
    expect(breaker.state).toBe('isolated')
    fourth[Symbol.dispose]()
    expect(breaker.state).toBe('closed')
  })

  it('tells changes in their order after they are committed, also those that a listener causes', () => {
    const { breaker, fail } = setUp()
    const seen: string[] = []
    breaker.on('state', () => {
      throw new Error('listener')
    })
    breaker.on('state', ({ to }) => {
      if (to === 'open') breaker.reset()
    })
    const off = breaker.on('state', ({ from, to }) => seen.push(`${from} ${to}`))
    fail(3)
    off()
    fail(3)
    expect(seen).toEqual(['closed open', 'open closed'])
  })

  it('publishes changes on a diagnostics channel', () => {
    const { breaker, fail } = setUp()
    const facts: unknown[] = []
    const listen = (fact: unknown) => facts.push(fact)
    subscribe(STATE_CHANNEL, listen)
    fail(3)
    unsubscribe(STATE_CHANNEL, listen)
    const cause = expect.objectContaining({ message: 'down' })
    expect(facts).toEqual([{ breaker: 'llm', from: 'closed', to: 'open', retryAfterMs: 10_000, cause }])
    expect(breaker.state).toBe('open')
  })
})

describe('A listener', () => {
  it('that resets what is being isolated leaves nothing isolated', () => {
    const { breaker } = setUp()
    const off = breaker.on('state', ({ to }) => {
      if (to === 'isolated') breaker.reset()
    })
    breaker.isolate()[Symbol.dispose]()
    off()
    expect(breaker.state).toBe('closed')
    const later = breaker.isolate()
    expect(breaker.state).toBe('isolated')
    later[Symbol.dispose]()
    expect(breaker.state).toBe('closed')
  })

  it.each(['isolate', 'disable', 'reset'] as const)(
    'that calls %s() while a probe is let through changes the state, not the permit',
    async (command) => {
      const { breaker, clock, fail } = setUp()
      fail(3)
      await clock.advance('10s')
      breaker.on('state', ({ to }) => {
        if (to === 'half-open') breaker[command]()
      })
      const permit = breaker.tryAcquire()
      expect(permit).not.toBe(0)
      breaker.failure(permit, new Error('late'))
      expect(breaker.stats()).toMatchObject({ late: 1, failures: 3 })
      expect(breaker.state).toBe({ isolate: 'isolated', disable: 'disabled', reset: 'closed' }[command])
    },
  )

  it('that is asynchronous and fails is no unhandled rejection', async () => {
    const { breaker, fail } = setUp()
    const rejections: unknown[] = []
    const note = (reason: unknown) => rejections.push(reason)
    process.on('unhandledRejection', note)
    const listener: () => unknown = async () => {
      throw new Error('listener')
    }
    breaker.on('state', listener)
    fail(3)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    expect([breaker.state, rejections]).toEqual(['open', []])
  })
})

describe('A refused permit', () => {
  it('handed back changes nothing', async () => {
    const { breaker, clock, fail, succeed } = setUp({ consecutiveFailures: 2, halfOpen: { rampUp: '10s' } })
    fail(2)
    breaker.success(0)
    await clock.advance('10s')
    succeed()
    expect(breaker.state).toBe('closed')
    const before = breaker.stats()
    breaker.success(0)
    breaker.failure(0, new Error('down'))
    expect(breaker.stats()).toMatchObject({ successes: before.successes, failures: before.failures, late: 3 })
  })
})

describe('Trip rules', () => {
  const rate = { rate: 0.5, minCalls: 4, window: { calls: 10 } }

  it('open at the rate, from the minimum of calls on', () => {
    const { breaker, fail, succeed } = setUp({ consecutiveFailures: Infinity, failureRate: rate })
    fail(3)
    expect(breaker.state).toBe('closed')
    succeed()
    expect(breaker.state).toBe('open')
  })

  it('forget what has left a count window', () => {
    const { breaker, fail, succeed } = setUp({ consecutiveFailures: Infinity, failureRate: rate })
    succeed(4)
    fail(3)
    succeed(10)
    fail(4)
    expect(breaker.state).toBe('closed')
    fail()
    expect(breaker.state).toBe('open')
  })

  it('forget what has left a time window, right after any idle time', async () => {
    const byTime = { rate: 0.5, minCalls: 4, window: { duration: '10s' as const } }
    const { breaker, clock, fail, succeed } = setUp({ consecutiveFailures: Infinity, failureRate: byTime })
    succeed(10)
    fail(9)
    await clock.advance('15s')
    succeed(9)
    fail(1)
    expect(breaker.state).toBe('closed')
  })

  it('count slow calls, failed or not, where longer than the threshold', async () => {
    const slowCallRate = { ...rate, slowerThan: '1s' as const }
    const { breaker, clock } = setUp({ consecutiveFailures: Infinity, slowCallRate })
    const work = gate()
    const calls = Array.from({ length: 4 }, () => breaker.run(() => work.promise))
    await clock.advance('1s')
    work.open()
    await Promise.all(calls)
    expect(breaker.state).toBe('closed')
    const slow = gate()
    const slowCalls = Array.from({ length: 4 }, () => breaker.run(() => slow.promise))
    await clock.advance(1_001)
    slow.open()
    await Promise.all(slowCalls)
    expect(breaker.state).toBe('open')
  })

  it('work at once: whichever is met first', () => {
    const { breaker, fail } = setUp({
      consecutiveFailures: 3,
      failureRate: { rate: 1, minCalls: 50, window: { calls: 50 } },
    })
    fail(3)
    expect(breaker.state).toBe('open')
  })

  it('begin anew with each generation', async () => {
    const { breaker, clock, fail, succeed } = setUp({ consecutiveFailures: Infinity, failureRate: rate })
    fail(4)
    await clock.advance('10s')
    succeed()
    fail(3)
    expect(breaker.state).toBe('closed')
  })
})

describe('A half-open breaker', () => {
  it('runs one of 1000 calls at the end of the open time and refuses the others at once', async () => {
    const { breaker, clock, fail } = setUp()
    fail(3)
    await clock.advance('10s')
    const probe = gate<number>()
    let runs = 0
    const calls = Array.from({ length: 1_000 }, () =>
      breaker.run(() => {
        runs++
        return probe.promise
      }),
    )
    const refused = await Promise.allSettled(calls.slice(1))
    expect(runs).toBe(1)
    expect(refused.every((one) => one.status === 'rejected' && one.reason instanceof BreakerOpenError)).toBe(true)
    expect((refused[0] as PromiseRejectedResult).reason).toMatchObject({ state: 'half-open', retryAfterMs: 1_000 })
    probe.open(7)
    await expect(calls[0]).resolves.toBe(7)
    expect(breaker.state).toBe('closed')
  })

  it('opens again when its probe takes longer than its permit lasts', async () => {
    const { breaker, clock, fail } = setUp({ halfOpen: { permitTimeout: '5s' } })
    fail(3)
    await clock.advance('10s')
    const hung = breaker.tryAcquire()
    await clock.advance(4_999)
    expect(breaker.tryAcquire()).toBe(0)
    expect(breaker.state).toBe('half-open')
    await clock.advance(1)
    expect(breaker.tryAcquire()).toBe(0)
    expect(breaker.stats()).toMatchObject({ state: 'open', trips: 2, retryAfterMs: 10_000 })
    await clock.advance('10s')
    breaker.success(hung)
    expect(breaker.state).toBe('open')
    breaker.success(breaker.tryAcquire())
    expect(breaker.state).toBe('closed')
  })

  it('takes a probe that comes back too late for a failed one, whoever called meanwhile', async () => {
    for (const isAsked of [true, false]) {
      const { breaker, clock, fail } = setUp({ halfOpen: { permitTimeout: '5s' } })
      fail(3)
      await clock.advance('10s')
      const late = breaker.tryAcquire()
      await clock.advance('5s')
      if (isAsked) expect(breaker.tryAcquire()).toBe(0)
      breaker.success(late)
      expect(breaker.stats()).toMatchObject({ state: 'open', trips: 2 })
    }
  })

  it('counts a probe that never comes back as one failure where a rate decides', async () => {
    const { breaker, clock, fail, succeed } = setUp({
      halfOpen: { permits: 1, successes: 4, failureRate: 0.5, permitTimeout: '5s' },
    })
    fail(3)
    await clock.advance('10s')
    const hung = breaker.tryAcquire()
    await clock.advance('5s')
    succeed(2)
    expect(breaker.state).toBe('half-open')
    breaker.success(hung)
    expect(breaker.stats().late).toBe(1)
    succeed()
    expect(breaker.state).toBe('closed')
  })

  it('has numbers for probes that say nothing, however many', async () => {
    const { breaker, clock, fail, succeed } = setUp()
    fail(3)
    await clock.advance('10s')
    for (let at = 0; at < 2_500; at++) breaker.ignore(breaker.tryAcquire())
    expect(breaker.state).toBe('half-open')
    succeed()
    expect(breaker.stats()).toMatchObject({ state: 'closed', ignored: 2_500, late: 0 })
  })

  it('refuses for no longer than its oldest probe may take', async () => {
    const { breaker, clock, fail } = setUp({ halfOpen: { permitTimeout: '500ms' } })
    fail(3)
    await clock.advance('10s')
    breaker.tryAcquire()
    await clock.advance(100)
    await expect(breaker.run(() => 1)).rejects.toMatchObject({ retryAfterMs: 400, state: 'half-open' })
  })

  it('gives the permit of an ignored probe to the next', async () => {
    const { breaker, clock, fail } = setUp()
    fail(3)
    await clock.advance('10s')
    breaker.ignore(breaker.tryAcquire())
    expect(breaker.state).toBe('half-open')
    expect(breaker.tryAcquire()).not.toBe(0)
  })

  it('closes after the successes it needs, with so many at once as it has permits', async () => {
    const { breaker, clock, fail, succeed } = setUp({ halfOpen: { permits: 2, successes: 3 } })
    fail(3)
    await clock.advance('10s')
    const first = breaker.tryAcquire()
    const second = breaker.tryAcquire()
    const third = breaker.tryAcquire()
    expect([first !== 0, second !== 0, third]).toEqual([true, true, 0])
    breaker.success(first)
    breaker.success(first)
    breaker.success(second)
    expect(breaker.state).toBe('half-open')
    succeed()
    expect(breaker.state).toBe('closed')
  })

  it('decides by the rate of its trial calls where it has one', async () => {
    for (const [failures, state] of [
      [1, 'closed'],
      [2, 'open'],
    ] as const) {
      const { breaker, clock, fail, succeed } = setUp({ halfOpen: { permits: 4, successes: 4, failureRate: 0.5 } })
      fail(3)
      await clock.advance('10s')
      fail(failures)
      succeed(4 - failures)
      expect(breaker.state).toBe(state)
    }
  })

  it('takes a slow probe for a failed one where slow calls count', async () => {
    const slowCallRate = { rate: 1, minCalls: 1, window: { calls: 1 }, slowerThan: '1s' as const }
    const { breaker, clock } = setUp({ slowCallRate })
    breaker.success(breaker.tryAcquire(), 5_000)
    await clock.advance('10s')
    breaker.success(breaker.tryAcquire(), 5_000)
    expect(breaker.state).toBe('open')
    await clock.advance('10s')
    breaker.success(breaker.tryAcquire(), 1_000)
    expect(breaker.state).toBe('closed')
  })

  it('has no ramp-up after a reset, and says so to its listeners', async () => {
    const { breaker, clock, fail } = setUp({ halfOpen: { rampUp: '10s' } })
    fail(3)
    await clock.advance('10s')
    breaker.ignore(breaker.tryAcquire())
    const told: number[] = []
    breaker.on('state', ({ retryAfterMs }) => told.push(retryAfterMs))
    breaker.reset()
    expect([told, breaker.tryAcquire() !== 0]).toEqual([[0], true])
  })

  it('lets a growing share through after it has closed', async () => {
    const { breaker, clock, fail, succeed } = setUp({ halfOpen: { rampUp: '10s' } })
    fail(3)
    await clock.advance('10s')
    succeed()
    const admitted = () =>
      Array.from({ length: 1_000 }, () => breaker.tryAcquire()).filter((permit) => permit !== 0).length
    expect(Math.abs(admitted() - 100)).toBeLessThanOrEqual(1)
    await clock.advance('5s')
    expect(Math.abs(admitted() - 550)).toBeLessThanOrEqual(1)
    await expect(Promise.all([1, 2, 3].map((call) => breaker.run(() => call)))).rejects.toMatchObject({
      message: 'breaker "llm" is recovering, try again in 1000 ms',
      retryAfterMs: 1_000,
    })
    await clock.advance('5s')
    expect(admitted()).toBe(1_000)
    expect(breaker.stats().retryAfterMs).toBe(0)
  })
})

describe('run', () => {
  it('gives the result or the error of the work, sync or not, undefined too', async () => {
    const { breaker } = setUp()
    await expect(breaker.run(() => undefined)).resolves.toBeUndefined()
    await expect(breaker.run(async () => 7)).resolves.toBe(7)
    const failure = new Error('down')
    const thrower = () => {
      throw failure
    }
    await expect(breaker.run(thrower)).rejects.toBe(failure)
    await expect(breaker.run(() => Promise.reject(failure))).rejects.toBe(failure)
    expect(breaker.stats()).toMatchObject({ successes: 2, failures: 2 })
    expect(() => breaker.run('work' as never)).toThrow('work must be a function, got work (string)')
  })

  it('refuses with what opened it, when to come back, and no stack', async () => {
    const { breaker, clock, fail } = setUp()
    fail(3)
    await clock.advance('4s')
    const error = (await breaker.run(() => 1).catch((refusal: unknown) => refusal)) as BreakerOpenError
    expect(error).toMatchObject({
      name: 'BreakerOpenError',
      code: 'ERR_BREAKER_OPEN',
      message: 'breaker "llm" is open, try again in 6000 ms',
      state: 'open',
      retryAfterMs: 6_000,
      cause: expect.objectContaining({ message: 'down' }),
    })
    expect(error.stack).not.toContain('\n')
    const debugged = new Breaker({ consecutiveFailures: 1, stack: true })
    debugged.failure(debugged.tryAcquire(), undefined)
    await expect(debugged.run(() => 1)).rejects.toSatisfy((refusal: Error) => refusal.stack?.includes('\n') === true)
    expect(new Error('limit is back').stack).toContain('\n')
  })

  it('gives the fallback instead of any error, and never rejects', async () => {
    const { breaker, fail } = setUp()
    const thrower = () => {
      throw new Error('down')
    }
    await expect(breaker.run(thrower, { fallback: 'plain' })).resolves.toBe('plain')
    await expect(breaker.run(() => 1, { fallback: 'plain', signal: AbortSignal.abort() })).resolves.toBe('plain')
    fail(2)
    expect(breaker.state).toBe('open')
    await expect(breaker.run(() => 1, { fallback: null })).resolves.toBeNull()
    await expect(breaker.run(() => 1, { fallback: (error) => (error as Error).name })).resolves.toBe('BreakerOpenError')
    const failing = () => {
      throw new Error('the fallback is down')
    }
    await expect(breaker.run(() => 1, { fallback: failing })).rejects.toThrow('the fallback is down')
  })

  it('blames neither a caller who aborts, nor a refusal of our own', async () => {
    const { breaker } = setUp()
    for (let at = 0; at < 12; at++) {
      const leaving = new AbortController()
      const call = breaker.run(
        async ({ signal }) => once(signal, 'abort').then(() => Promise.reject(new Error('aborted'))),
        {
          signal: leaving.signal,
        },
      )
      leaving.abort()
      await expect(call).rejects.toThrow('aborted')
      await expect(breaker.run(() => Promise.reject(new BulkheadFullError('inner', 'is full')))).rejects.toThrow(
        'is full',
      )
    }
    expect(breaker.stats()).toMatchObject({ state: 'closed', ignored: 24, failures: 0 })
    await expect(breaker.run(() => 1, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
  })

  it('asks the classifiers what an error or a result says; one that throws has seen a failure', async () => {
    const { breaker } = setUp({
      consecutiveFailures: Infinity,
      classifyError: (error) => ((error as Error).message === 'not found' ? 'success' : 'failure'),
      classifyResult: (result) => {
        if (result === 'odd') throw new Error('unknown')
        if (result === 'async') return Promise.reject(new Error('unknown')) as never
        if (result === 'yes') return true as never
        return result === 503 ? 'failure' : 'success'
      },
    })
    await expect(breaker.run(() => Promise.reject(new Error('not found')))).rejects.toThrow('not found')
    await expect(breaker.run(() => 503)).resolves.toBe(503)
    for (const odd of ['odd', 'async', 'yes']) await expect(breaker.run(() => odd)).resolves.toBe(odd)
    expect(breaker.stats()).toMatchObject({ successes: 1, failures: 4 })
  })

  it('takes any thenable', async () => {
    const { breaker } = setUp()
    // oxlint-disable-next-line unicorn/no-thenable -- what a query builder is
    const thenable = { then: (resolve: (value: number) => void) => resolve(7) }
    await expect(breaker.run(() => thenable as unknown as PromiseLike<number>)).resolves.toBe(7)
  })

  it('gives the tripping call its own error', async () => {
    const { breaker } = setUp({ consecutiveFailures: 1 })
    const failure = new Error('down')
    await expect(breaker.run(() => Promise.reject(failure))).rejects.toBe(failure)
    expect(breaker.state).toBe('open')
  })
})

describe('wrap', () => {
  it('keeps the types and this', async () => {
    const { breaker } = setUp()
    class Account {
      readonly owner = 'Ada'
      readonly greet = breaker.wrap(function (this: Account, greeting: string) {
        return `${greeting} ${this.owner}`
      })
    }
    const answer: string = await new Account().greet('hello')
    expect(answer).toBe('hello Ada')
  })
})

describe('Clock', () => {
  it('that jumps back or forward an hour moves no deadline', async () => {
    const { breaker, clock, fail } = setUp()
    fail(3)
    clock.jump(clock.now() - 3_600_000)
    await clock.advance('10s')
    expect(breaker.tryAcquire()).not.toBe(0)
    breaker.reset()
    fail(3)
    clock.jump(clock.now() + 7_200_000)
    expect(breaker.tryAcquire()).toBe(0)
  })

  it('holds no timer of a breaker in any state', async () => {
    const { breaker, clock, fail, succeed } = setUp({ halfOpen: { rampUp: '10s' } })
    fail(3)
    expect(clock.pendingTimers).toBe(0)
    await clock.advance('10s')
    succeed()
    expect([breaker.state, clock.pendingTimers]).toEqual(['closed', 0])
  })
})

describe('Wrong options', () => {
  const window = { calls: 10 }
  it.each([
    [{ consecutiveFailures: 0 }, 'consecutiveFailures must be a whole number of at least 1'],
    [{ openFor: -1 }, 'openFor must be zero or more milliseconds, got -1 (number)'],
    [
      { failureRate: { rate: 0, minCalls: 1, window } },
      'failureRate.rate must be above 0 and at most 1, got 0 (number)',
    ],
    [{ failureRate: { rate: 0.5, minCalls: 0, window } }, 'failureRate.minCalls must be a whole number of at least 1'],
    [{ failureRate: { rate: 0.5, minCalls: 1, window: {} } }, 'failureRate.window must have either calls or duration'],
    [
      { failureRate: { rate: 0.5, minCalls: 1, window: { duration: 0 } } },
      'failureRate.window.duration must be above 0',
    ],
    [
      { failureRate: { rate: 0.5, minCalls: 1, window: { calls: Infinity } } },
      'failureRate.window.calls must be finite',
    ],
    [
      { failureRate: { rate: 0.5, minCalls: 20, window } },
      'failureRate.minCalls must be at most failureRate.window.calls',
    ],
    [{ failureRate: { rate: 0.5, minCalls: Infinity, window } }, 'failureRate.minCalls must be finite'],
    [{ halfOpen: { successes: Infinity } }, 'halfOpen.successes must be finite'],
    [{ halfOpen: { rampUp: Infinity } }, 'halfOpen.rampUp must be finite'],
    [{ openFor: { base: 1, max: 2, factor: Infinity } }, 'openFor.factor must be at least 1 and finite'],
    [{ slowCallRate: { rate: 0.5, minCalls: 1, window } }, 'slowCallRate.slowerThan must be milliseconds or a string'],
    [{ halfOpen: { permits: 2_000 } }, 'halfOpen.permits must be at most 1000, got 2000'],
    [{ halfOpen: { failureRate: 2 } }, 'halfOpen.failureRate must be above 0 and at most 1, got 2 (number)'],
    [{ classifyError: 'failure' }, 'classifyError must be a function, got string'],
    [{ threshold: 5 }, "Breaker options has no option 'threshold'"],
    [{ name: '' }, 'name must be a string that is not empty'],
  ])('are refused: %o', (options, message) => {
    expect(() => new Breaker(options as never)).toThrow(message)
  })

  it('are refused by on', () => {
    const { breaker } = setUp()
    expect(() => breaker.on('open' as never, () => {})).toThrow("event must be 'state', got open")
    expect(() => breaker.on('state', 1 as never)).toThrow('listener must be a function, got 1 (number)')
  })
})
