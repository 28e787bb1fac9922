export { ManualClock } from '@org/breaker/testing'
