import { resolve } from 'node:path'
import { byteCount, type Bytes } from '../bytes.ts'
import { type Duration, durationMs } from '../duration.ts'
import { type Threshold, thresholdSeverity } from '../level.ts'
import { assertName, assertOptions, shown } from '../option-object.ts'
import { BOUNDS_OPTIONS, resolveBounds, type SinkBounds } from './bounds.ts'
import { LineSink } from './line-sink.ts'
import { RotatingFile, type RotatingFileOptions } from './rotating-file.ts'
import type { Sink } from './sink.ts'
import { specialFileTarget } from './special-file.ts'

/** How a file is kept within bounds. */
export interface RotationOptions {
  /** The file is rotated before the line that would make it as long. Default `'10mb'`; `Infinity`: never. */
  readonly maxFileBytes?: Bytes | undefined
  /** Rotated files that are kept: `app.log.1` is the youngest. Default 5; 0: the file is never rotated. */
  readonly backupCount?: number | undefined
  /** Whether rotated files are compressed from `.2` on, to `app.log.2.gz`. Default false. */
  readonly gzipBackups?: boolean | undefined
  /** Rotated files that are older are removed. Default `Infinity`. */
  readonly maxBackupAge?: Duration | undefined
  /**
   * What the sudden death of the process may take. `'turn'`, the default: the lines of the running turn of the event loop, never an
   * `error` or `fatal`; `'line'`: none, at the price of two system calls per line.
   */
  readonly durability?: 'turn' | 'line' | undefined
}

/** Options of {@link fileSink}. */
export interface FileSinkOptions extends RotationOptions, SinkBounds {
  /** Its directory is made where it is missing. A FIFO or a device is never waited for, and never rotated. */
  readonly file: string
  /** The least level that is written. Default: all that the loggers let pass. */
  readonly level?: Threshold | undefined
  /** JSON lines, or text with the whole date. Default true. */
  readonly json?: boolean | undefined
}

/** The names of the options of {@link RotationOptions}. */
export const ROTATION_OPTIONS: readonly string[] = [
  'maxFileBytes',
  'backupCount',
  'gzipBackups',
  'maxBackupAge',
  'durability',
]

/** Lines in a file that is rotated by size. Any number of processes and threads may share one. */
export function fileSink(options: FileSinkOptions): Sink {
  assertOptions('fileSink options', options, ['file', 'level', 'json', ...ROTATION_OPTIONS, ...BOUNDS_OPTIONS])
  const { level, json = true } = options
  if (typeof json !== 'boolean') throw new TypeError(`json must be a boolean, got ${shown(json)}`)
  if (level !== undefined) thresholdSeverity('level', level)
  assertName('file', options.file)
  const bounds = resolveBounds(options)
  const resolved = { path: options.file, maxBufferedBytes: bounds.maxBufferedBytes, ...resolveRotation(options) }
  return new LineSink({
    name: `file ${options.file}`,
    file: resolve(options.file),
    level,
    format: json ? 'json' : 'dated-text',
    hasColours: false,
    open: (context) => specialFileTarget(options.file, bounds, context) ?? new RotatingFile(resolved, context),
  })
}

/**
 * {@link RotationOptions}, validated and complete.
 * @throws TypeError or RangeError naming the option.
 */
export function resolveRotation(options: RotationOptions): Omit<RotatingFileOptions, 'path' | 'maxBufferedBytes'> {
  const { backupCount = 5, gzipBackups = false, durability = 'turn' } = options
  if (!Number.isInteger(backupCount) || backupCount < 0) {
    throw new RangeError(`backupCount must be a whole number of at least 0, got ${shown(backupCount)}`)
  }
  if (typeof gzipBackups !== 'boolean') throw new TypeError(`gzipBackups must be a boolean, got ${shown(gzipBackups)}`)
  if (durability !== 'turn' && durability !== 'line') {
    throw new RangeError(`durability must be 'turn' or 'line', got ${shown(durability)}`)
  }
  return {
    maxBytes: byteCount('maxFileBytes', options.maxFileBytes ?? '10mb', 1),
    backupCount,
    gzipBackups,
    maxBackupAgeMs: durationMs('maxBackupAge', options.maxBackupAge ?? Infinity),
    durability,
  }
}
