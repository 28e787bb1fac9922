import type { BreakerState } from './state.ts'

/** Counters since the breaker was made. */
export interface BreakerStats {
  readonly state: BreakerState
  readonly successes: number
  readonly failures: number
  readonly ignored: number
  /** Results of calls begun before the latest change of state: counted here, and without effect. */
  readonly late: number
  readonly refused: number
  readonly trips: number
  /** Milliseconds until a call may be let through; 0 where calls run, `Infinity` while isolated. */
  readonly retryAfterMs: number
}
