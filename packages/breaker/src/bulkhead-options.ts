import { type Clock, systemClock } from './clock.ts'
import { type Duration, durationMs } from './duration.ts'
import { assertCount, assertName, assertOptions, shown } from './option-object.ts'
import type { RunOptions } from './strategy.ts'

/** Options of a `Bulkhead`. */
export interface BulkheadOptions {
  /** What errors call it. Default `'bulkhead'`. */
  readonly name?: string | undefined
  /** Calls that run at the same time. Default 3. */
  readonly maxConcurrent?: number | undefined
  /** Calls that wait for a place; one more is refused. Default 100. */
  readonly maxQueue?: number | undefined
  /** How long a call waits before it is rejected with a TimeoutError of the scope `'queue'`. Default `Infinity`. */
  readonly queueTimeout?: Duration | undefined
  /**
   * When the place of a call is free again. `'settle'`, the default: once its work has settled, even if its result is no
   * longer waited for, so that `maxConcurrent` is never passed; work that hangs for ever keeps its place for ever.
   * `'timeout'`: as soon as nobody waits for the result, be it a timeout or the caller's abort; work that goes on is
   * then beyond the limit. `stats().zombies` counts such work in both cases.
   */
  readonly release?: 'settle' | 'timeout' | undefined
  readonly clock?: Clock | undefined
}

/** Gauges of a bulkhead, and the count of what it refused since it was made. */
export interface BulkheadStats {
  /** Places taken. */
  readonly active: number
  readonly maxConcurrent: number
  readonly queued: number
  readonly maxQueue: number
  /** Calls whose work goes on although nobody waits for it; with the release `'settle'` they are among the `active`. */
  readonly zombies: number
  /** Calls that got no place: the queue was full, they waited for too long, or it was closed. */
  readonly refused: number
}

/** Options of one call of a `Bulkhead`: those of any strategy. */
export type BulkheadRunOptions = RunOptions

/** The options of a bulkhead, validated. */
export interface BulkheadSettings {
  readonly name: string
  readonly maxConcurrent: number
  readonly maxQueue: number
  readonly queueTimeoutMs: number
  readonly release: 'settle' | 'timeout'
  readonly clock: Clock
}

const OPTIONS = ['name', 'maxConcurrent', 'maxQueue', 'queueTimeout', 'release', 'clock']

/** @throws TypeError or RangeError naming the option and the value. */
export function resolveBulkheadOptions(options: BulkheadOptions): BulkheadSettings {
  assertOptions('Bulkhead options', options, OPTIONS)
  const { name = 'bulkhead', maxConcurrent = 3, maxQueue = 100, queueTimeout = Infinity } = options
  const { release = 'settle', clock = systemClock } = options
  assertName('name', name)
  assertCount('maxConcurrent', maxConcurrent, 1)
  assertCount('maxQueue', maxQueue, 0)
  assertRelease(release)
  return { name, maxConcurrent, maxQueue, queueTimeoutMs: durationMs('queueTimeout', queueTimeout), release, clock }
}

function assertRelease(release: unknown): void {
  if (release === 'settle' || release === 'timeout') return
  throw new TypeError(`release must be 'settle' or 'timeout', got ${shown(release)}`)
}
