import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  fallback,
  handleAll,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel'
import type { Library } from '../subject.ts'
import { FAILURE, failingWork, FALLBACK, work } from '../work.ts'

const HOUR_MS = 3_600_000

const breakerAfter = (failures: number) =>
  circuitBreaker(handleAll, { halfOpenAfter: HOUR_MS, breaker: new ConsecutiveBreaker(failures) })
const retryTwice = () => retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() })
const hardTimeout = () => timeout(10_000, TimeoutStrategy.Aggressive)

/** cockatiel with its own policies throughout. */
export const subjects: Library<'cockatiel'> = {
  cockatiel: {
    closed() {
      const breaker = breakerAfter(5)
      return () => breaker.execute(work)
    },
    async open() {
      const breaker = breakerAfter(1)
      await breaker.execute(() => Promise.reject(FAILURE)).catch(() => {})
      const guarded = wrap(fallback(handleAll, FALLBACK), breaker)
      return () => guarded.execute(work)
    },
    failing() {
      const breaker = breakerAfter(Infinity)
      const failing = failingWork()
      return () => breaker.execute(failing)
    },
    timeout() {
      const limited = hardTimeout()
      return () => limited.execute(work)
    },
    retry() {
      const retrying = retryTwice()
      return () => retrying.execute(work)
    },
    slot() {
      const places = bulkhead(10, 100)
      return () => places.execute(work)
    },
    pipeline() {
      const whole = wrap(retryTwice(), breakerAfter(5), bulkhead(10, 100), hardTimeout())
      return () => whole.execute(work)
    },
    queue() {
      const places = bulkhead(100, Infinity)
      return () => places.execute(work)
    },
    idle: () => async () => {
      const breaker = breakerAfter(5)
      await breaker.execute(work)
      return breaker
    },
  },
}
