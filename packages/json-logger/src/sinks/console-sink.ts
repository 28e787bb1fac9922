import { hasColours } from '../encoder/console-style.ts'
import { type Threshold, thresholdSeverity } from '../level.ts'
import { assertOptions, shown } from '../option-object.ts'
import { BOUNDS_OPTIONS, resolveBounds, type SinkBounds } from './bounds.ts'
import { DescriptorTarget } from './descriptor-target.ts'
import { LineSink } from './line-sink.ts'
import type { Sink } from './sink.ts'
import type { StandardStream } from './standard-output.ts'
import { StreamTarget } from './stream-target.ts'

/** Options of {@link consoleSink}. */
export interface ConsoleSinkOptions extends SinkBounds {
  /** Default `'stdout'`. */
  readonly stream?: 'stdout' | 'stderr' | undefined
  /** The least level that is shown. Default: all that the loggers let pass. */
  readonly level?: Threshold | undefined
  /** JSON lines in place of text, for what reads a container's output. Default false. */
  readonly json?: boolean | undefined
}

/**
 * Lines on standard output or standard error: text, coloured where that is a terminal (`NO_COLOR` and `FORCE_COLOR` are
 * honoured), or JSON. A reader that is too slow costs lines, which are counted, and never time or memory.
 */
export function consoleSink(options: ConsoleSinkOptions = {}): Sink {
  assertOptions('consoleSink options', options, ['stream', 'level', 'json', ...BOUNDS_OPTIONS])
  const { stream: name = 'stdout', level, json = false } = options
  if (name !== 'stdout' && name !== 'stderr')
    throw new RangeError(`stream must be 'stdout' or 'stderr', got ${shown(name)}`)
  if (typeof json !== 'boolean') throw new TypeError(`json must be a boolean, got ${shown(json)}`)
  if (level !== undefined) thresholdSeverity('level', level)
  const bounds = resolveBounds(options)
  const stream: NodeJS.WriteStream = process[name]
  return new LineSink({
    name: `console ${name}`,
    level,
    format: json ? 'json' : 'text',
    hasColours: !json && hasColours(stream),
    open: (context) =>
      takesBytes(stream) ? new DescriptorTarget(stream, bounds, context) : new StreamTarget(stream, bounds, context),
  })
}

/**
 * Whether a stream's descriptor may be written to. A worker's stream has none: its lines go by way of the main thread. Bytes
 * for a terminal of Windows are read in its own code page: only the stream knows how to write UTF-8 there.
 */
export function takesBytes(
  stream: NodeJS.WriteStream,
  platform: NodeJS.Platform = process.platform,
): stream is NodeJS.WriteStream & StandardStream {
  return typeof (stream as { fd?: number }).fd === 'number' && !(platform === 'win32' && stream.isTTY)
}
