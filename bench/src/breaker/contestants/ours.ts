import { Breaker, type BreakerOptions, Bulkhead, pipeline, retry, timeout } from '@org/breaker'
import type { AsyncCall, Library, MakeOne, Subjects, SyncCall } from '../subject.ts'
import { FAILURE, failingWork, FALLBACK, inTurn, outcomes, work } from '../work.ts'

type Ours = 'ours' | 'ours-100' | 'ours-100k' | 'ours-10s' | 'ours-10ks'

// A rate of 1 is never reached, as some of the calls succeed; the rule is on all the same.
const windowed = (window: { calls: number } | { duration: number }): BreakerOptions => ({
  failureRate: { rate: 1, minCalls: 100, window },
})

/** @org/breaker as it comes, and with a failure rate over windows that are a thousand times apart. */
export const subjects: Library<Ours> = {
  ours: {
    ...breakerSubjects({}),
    timeout() {
      const limited = timeout('10s')
      return () => limited.run(work)
    },
    retry() {
      const retrying = retry()
      return () => retrying.run(work)
    },
    slot() {
      const bulkhead = new Bulkhead({ maxConcurrent: 10 })
      return () => bulkhead.run(work)
    },
    pipeline() {
      const whole = pipeline({ retry: {}, breaker: {}, bulkhead: { maxConcurrent: 10 }, attemptTimeout: '10s' })
      return () => whole.run(work)
    },
    queue() {
      const bulkhead = new Bulkhead({ maxConcurrent: 100, maxQueue: Infinity })
      return () => bulkhead.run(work)
    },
  },
  'ours-100': breakerSubjects(windowed({ calls: 100 })),
  'ours-100k': breakerSubjects(windowed({ calls: 100_000 })),
  'ours-10s': breakerSubjects(windowed({ duration: 10_000 })),
  'ours-10ks': breakerSubjects(windowed({ duration: 10_000_000 })),
}

function breakerSubjects(options: BreakerOptions): Partial<Subjects> {
  return {
    closed: () => closed(new Breaker(options)),
    open: () => open(new Breaker({ ...options, consecutiveFailures: 1, openFor: '1h' })),
    failing: () => failing(new Breaker({ ...options, consecutiveFailures: Infinity })),
    permit: () => permits(() => new Breaker(options)),
    record: () => records(new Breaker({ ...options, consecutiveFailures: Infinity })),
    idle: () => makeIdle(options),
  }
}

function closed(breaker: Breaker): AsyncCall {
  return () => breaker.run(work)
}

function open(breaker: Breaker): AsyncCall {
  breaker.failure(breaker.tryAcquire(), FAILURE)
  return () => breaker.run(work, { fallback: FALLBACK })
}

function failing(breaker: Breaker): AsyncCall {
  const failingNow = failingWork()
  return () => breaker.run(failingNow)
}

function permits(make: () => Breaker): SyncCall {
  const next = inTurn(make)
  return () => {
    const breaker = next()
    const permit = breaker.tryAcquire()
    breaker.success(permit)
    return permit
  }
}

function records(breaker: Breaker): SyncCall {
  const succeeds = outcomes()
  return () => {
    const permit = breaker.tryAcquire()
    if (succeeds()) breaker.success(permit)
    else breaker.failure(permit, FAILURE)
    return permit
  }
}

function makeIdle(options: BreakerOptions): MakeOne {
  return async () => {
    const breaker = new Breaker(options)
    await breaker.run(work)
    return breaker
  }
}
