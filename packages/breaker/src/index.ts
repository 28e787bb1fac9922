export type { Jitter } from './backoff.ts'
export { Breaker, type BreakerEvents, type Off } from './breaker.ts'
export type { BreakerOptions } from './breaker-options.ts'
export { Bulkhead, type BulkheadOptions, type BulkheadRunOptions, type BulkheadStats } from './bulkhead.ts'
export type { BreakerStats } from './breaker-stats.ts'
export type { Permit } from './permit.ts'
export { type Clock, systemClock } from './clock.ts'
export { compose } from './compose.ts'
export type { Work, WorkContext } from './context.ts'
export type { Duration } from './duration.ts'
export {
  BreakerOpenError,
  BulkheadFullError,
  IsolatedError,
  RetryExhaustedError,
  TimeoutError,
} from './errors.ts'
export { type HedgeOptions, type HedgeStats, type HedgeStrategy, hedge, type QuantileDelay } from './hedge.ts'
export type { OpenFor } from './open-time.ts'
export type { Outcome } from './outcome.ts'
export { type Pipeline, type PipelineOptions, type PipelineStats, pipeline } from './pipeline.ts'
export type { HalfOpenOptions } from './probes.ts'
export { BreakerRegistry, type BreakerRegistryOptions } from './registry.ts'
export { type RetryOptions, type RetryStats, type RetryStrategy, retry } from './retry.ts'
export type { RetryBudget } from './retry-budget.ts'
export { type BreakerState, STATE_CHANNEL, type StateChange } from './state.ts'
export type { Fallback, FallbackOptions, RunOptions, Strategy } from './strategy.ts'
export { type TimeoutOptions, type TimeoutStats, type TimeoutStrategy, timeout } from './timeout.ts'
export type { RateRule, Window } from './trip/rate-rule.ts'
