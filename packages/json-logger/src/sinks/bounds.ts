import { byteCount, type Bytes } from '../bytes.ts'
import { type Duration, durationMs } from '../duration.ts'

/** How much may wait for a place that is away, and for how long the end of the process waits for it. */
export interface SinkBounds {
  /** Bytes of lines that may wait in memory; above it lines are dropped and counted. Default `'1mb'`. */
  readonly maxBufferedBytes?: Bytes | undefined
  /** How long the end of the process, or a close, waits for a slow reader. Default `'500ms'`. */
  readonly exitFlushTimeout?: Duration | undefined
}

/** {@link SinkBounds}, validated and complete. */
export interface ResolvedBounds {
  readonly maxBufferedBytes: number
  readonly exitFlushMs: number
}

/** The names of the options. */
export const BOUNDS_OPTIONS: readonly string[] = ['maxBufferedBytes', 'exitFlushTimeout']

/** @throws TypeError or RangeError naming the option. */
export function resolveBounds({ maxBufferedBytes, exitFlushTimeout }: SinkBounds): ResolvedBounds {
  return {
    maxBufferedBytes: byteCount('maxBufferedBytes', maxBufferedBytes ?? '1mb', 65_536),
    exitFlushMs: durationMs('exitFlushTimeout', exitFlushTimeout ?? '500ms'),
  }
}
