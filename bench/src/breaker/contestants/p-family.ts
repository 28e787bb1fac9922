import pLimit from 'p-limit'
import pRetry from 'p-retry'
import pTimeout from 'p-timeout'
import type { Library } from '../subject.ts'
import { work } from '../work.ts'

const LIMIT = { milliseconds: 10_000 }
const RETRIES = { retries: 2 }
const timed = () => pTimeout(work(), LIMIT)

/** p-limit, p-retry and p-timeout, each alone, and the three together; there is no breaker among them. */
export const subjects: Library<'p-limit' | 'p-retry' | 'p-timeout' | 'p-all'> = {
  'p-limit': {
    slot() {
      const limit = pLimit(10)
      return () => limit(work)
    },
    queue() {
      const limit = pLimit(100)
      return () => limit(work)
    },
  },
  'p-retry': { retry: () => () => pRetry(work, RETRIES) },
  'p-timeout': { timeout: () => timed },
  'p-all': {
    pipeline() {
      const limit = pLimit(10)
      const placed = () => limit(timed)
      return () => pRetry(placed, RETRIES)
    },
  },
}
