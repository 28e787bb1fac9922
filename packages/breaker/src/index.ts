export {
  Breaker,
  type BreakerEvents,
  type BreakerOptions,
  type BreakerState,
  type BreakerStats,
  type Off,
  type Permit,
} from './breaker.ts'
export { type Clock, systemClock } from './clock.ts'
export type { Duration } from './duration.ts'
