import type { Writable } from 'node:stream'
import { type Threshold, thresholdSeverity } from '../level.ts'
import { assertOptions, shown } from '../option-object.ts'
import { BOUNDS_OPTIONS, resolveBounds, type SinkBounds } from './bounds.ts'
import { LineSink } from './line-sink.ts'
import type { Sink } from './sink.ts'
import { StreamTarget } from './stream-target.ts'

/** Options of {@link streamSink}. */
export interface StreamSinkOptions extends SinkBounds {
  /** The least level that is written. Default: all that the loggers let pass. */
  readonly level?: Threshold | undefined
  /** JSON lines, or text with the whole date. Default true. */
  readonly json?: boolean | undefined
}

/**
 * Lines into a Writable: a socket, a compressor, a child process. One write is under way at a time; what cannot be written
 * waits, bounded, then is dropped and counted. The stream stays yours: it is neither ended nor destroyed.
 */
export function streamSink(stream: Writable, options: StreamSinkOptions = {}): Sink {
  assertOptions('streamSink options', options, ['level', 'json', ...BOUNDS_OPTIONS])
  const { level, json = true } = options
  if (typeof (stream as Writable | undefined)?.write !== 'function' || typeof stream.on !== 'function') {
    throw new TypeError(`stream must be a Writable, got ${shown(stream)}`)
  }
  if (typeof json !== 'boolean') throw new TypeError(`json must be a boolean, got ${shown(json)}`)
  if (level !== undefined) thresholdSeverity('level', level)
  const bounds = resolveBounds(options)
  return new LineSink({
    name: 'stream',
    level,
    format: json ? 'json' : 'dated-text',
    hasColours: false,
    open: (context) => new StreamTarget(stream, bounds, context),
  })
}
