import { capacitiesOf } from './capacities.ts'
import type { Trace } from './trace.ts'

/** A trace with all that a cache is told of its keys, and the capacities to replay it at. One millisecond passes for each request. */
export interface Workload {
  readonly trace: Trace
  /** By id. */
  readonly keys: readonly string[]
  /** In bytes, by id; capacities are bytes then. */
  readonly weights?: Float64Array
  /** Milliseconds from a write to its end, by id; without it they stay. */
  readonly lives?: Float64Array
  /** Entries, or bytes where there are weights. Smallest first. */
  readonly capacities: readonly number[]
}

/** A trace as it is. */
export function plainWorkload(trace: Trace): Workload {
  return { trace, keys: plainKeys(trace.unique), capacities: capacitiesOf(trace.unique) }
}

/** Keys that are short strings. */
export function plainKeys(unique: number): string[] {
  return Array.from({ length: unique }, (_, id) => `k${id}`)
}
