import { breakerSuite } from './breaker.ts'
import { diskSuite } from './disk.ts'
import { freshnessSuite } from './freshness.ts'
import { hitRatioSuite } from './hit-ratio.ts'
import { loggerSuite } from './logger.ts'
import { memorySuite } from './memory.ts'
import { outageSuite } from './outage.ts'
import { redisSuite } from './redis.ts'
import type { Suite } from './suite.ts'
import { tiersSuite } from './tiers.ts'

/** All suites; the first one runs where none is named. */
export const SUITES: readonly Suite[] = [
  tiersSuite,
  memorySuite,
  freshnessSuite,
  redisSuite,
  diskSuite,
  outageSuite,
  breakerSuite,
  loggerSuite,
  hitRatioSuite,
]
