import CircuitBreaker from 'opossum'
import pRetry from 'p-retry'
import type { Library, Subjects } from '../subject.ts'
import { failingWork, FALLBACK, work } from '../work.ts'

type Options = CircuitBreaker.Options

const UNTIMED: Options = { timeout: false }
/** What its documentation names as the way to make it cheaper. */
const TUNED: Options = { rollingPercentilesEnabled: false, enableSnapshots: false }

/** opossum as it comes, and with percentiles and snapshots off. It has no queue and no retry of its own. */
export const subjects: Library<'opossum' | 'opossum-tuned' | 'opossum-retry'> = {
  opossum: breakerSubjects(UNTIMED),
  'opossum-tuned': {
    ...breakerSubjects({ ...UNTIMED, ...TUNED }),
    timeout() {
      const breaker = new CircuitBreaker(work, { ...TUNED, timeout: 10_000 })
      return () => breaker.fire()
    },
    slot() {
      const breaker = new CircuitBreaker(work, { ...UNTIMED, ...TUNED, capacity: 10 })
      return () => breaker.fire()
    },
  },
  'opossum-retry': {
    pipeline() {
      const breaker = new CircuitBreaker(work, { ...TUNED, timeout: 10_000, capacity: 10 })
      const guarded = () => breaker.fire()
      return () => pRetry(guarded, { retries: 2 })
    },
  },
}

function breakerSubjects(options: Options): Partial<Subjects> {
  return {
    closed() {
      const breaker = new CircuitBreaker(work, options)
      return () => breaker.fire()
    },
    open() {
      const breaker = new CircuitBreaker(work, { ...options, resetTimeout: 3_600_000 })
      breaker.fallback(() => FALLBACK)
      breaker.open()
      return () => breaker.fire()
    },
    failing() {
      const breaker = new CircuitBreaker(failingWork(), { ...options, errorThresholdPercentage: 100 })
      return () => breaker.fire()
    },
    idle: () => async () => {
      const breaker = new CircuitBreaker(work, options)
      await breaker.fire()
      return breaker
    },
  }
}
