import { type Bytes, byteCount } from '../bytes.ts'
import type { Codec } from '../codec/codec.ts'
import type { Compression } from '../codec/compression.ts'
import { type EnvelopeFormat, MAX_VALUE_BYTES } from '../codec/envelope.ts'
import { knownCodecs } from '../codec/known-codecs.ts'
import { structuredCodec } from '../codec/structured.ts'
import { type Duration, durationMs } from '../duration.ts'
import { assertName, assertOptions, shown } from '../option-object.ts'
import { MAX_BODY_BYTES } from './frame.ts'
import type { WhenOwned } from './owned-directory.ts'
import type { LogBounds } from './segment-log.ts'

/** Options of {@link diskTier}. */
export interface DiskTierOptions {
  /** Where the files lie; made where there is none. One owner at a time: see `whenOwned`. Relative to the working directory. */
  readonly directory: string
  /** Most bytes on the disk, every file counted, for each owner. At least 1 MiB, or `Infinity`. Default `'1gb'`. */
  readonly maxBytes?: Bytes | undefined
  /**
   * Bytes of a segment, the unit in which the oldest entries leave: 4 KiB to 1 GiB and at most a quarter of `maxBytes`. Each is an open
   * file. Default a 64th of `maxBytes`, 256 KiB to 1 GiB: 16 MiB.
   */
  readonly segmentBytes?: Bytes | undefined
  /**
   * Whether a write resolves only when it has reached the disk, so that what was written outlives a loss of power. Default false: it
   * outlives the process, and after a loss of power the tier begins empty.
   */
  readonly durable?: boolean | undefined
  /** What happens where another process, or tier, owns the directory: one of its own is taken inside, or opening fails. Default `'subdirectory'`. */
  readonly whenOwned?: WhenOwned | undefined
  /** Label in stats and events. Default `'disk'`. */
  readonly name?: string | undefined
  /** Cap on the life of what it keeps. Default none. */
  readonly ttl?: Duration | undefined
  /** How long the cache waits for one operation. Default 1 s. */
  readonly deadline?: Duration | undefined
  /** What values are written with; those of other codecs of this package are read all the same. Default `structuredCodec`. */
  readonly codec?: Codec | undefined
  /** Whether values from 2 KiB on are compressed where that pays. It saves room and costs time. Default false. */
  readonly compression?: Compression | undefined
}

/** Options of a disk tier, checked, with all defaults. */
export interface DiskTierSettings {
  readonly directory: string
  readonly whenOwned: WhenOwned
  readonly name: string
  readonly ttl: Duration | undefined
  readonly deadline: Duration
  readonly bounds: LogBounds
  /** Of a record, in all. */
  readonly maxRecordBytes: number
  readonly format: Omit<EnvelopeFormat, 'reserve'>
}

const KNOWN = [
  'directory',
  'maxBytes',
  'segmentBytes',
  'durable',
  'whenOwned',
  'name',
  'ttl',
  'deadline',
  'codec',
  'compression',
]
const DEFAULTS = {
  maxBytes: '1gb',
  durable: false,
  whenOwned: 'subdirectory',
  name: 'disk',
  deadline: '1s',
  codec: structuredCodec,
  compression: false,
} as const

const KIB = 1024
const MIB = 1024 ** 2
const LEAST_MAX_BYTES = MIB
const LEAST_SEGMENT_BYTES = 4 * KIB
const LEAST_DEFAULT_SEGMENT_BYTES = 256 * KIB
const MOST_SEGMENT_BYTES = 1024 * MIB
/** Of `maxBytes`. */
const DEFAULT_SEGMENT = 1 / 64
const MOST_SEGMENT = 1 / 4
const MOST_VALUE = 1 / 8

/** @throws TypeError or RangeError naming the option and the value */
export function resolveDiskTierOptions(options: DiskTierOptions): DiskTierSettings {
  assertOptions('diskTier options', options, KNOWN)
  const { directory, whenOwned = DEFAULTS.whenOwned, name = DEFAULTS.name, ttl, deadline = DEFAULTS.deadline } = options
  const { codec = DEFAULTS.codec, compression = DEFAULTS.compression } = options
  assertName('directory', directory)
  assertName('name', name)
  if (ttl !== undefined) durationMs('ttl', ttl)
  durationMs('deadline', deadline)
  assertOneOf('whenOwned', whenOwned, ['subdirectory', 'error'], "'subdirectory' or 'error'")
  assertOneOf('compression', compression, ['zstd', false], "'zstd' or false")
  const bounds = boundsOf(options)
  const maxValueBytes = Math.min(MAX_VALUE_BYTES, Math.floor(bounds.maxBytes * MOST_VALUE))
  const maxRecordBytes = Math.min(MAX_BODY_BYTES, 2 * maxValueBytes)
  const format = { codec, codecs: knownCodecs(codec), compression, maxValueBytes }
  return { directory, whenOwned, name, ttl, deadline, bounds, maxRecordBytes, format }
}

function boundsOf(options: DiskTierOptions): LogBounds {
  const { durable = DEFAULTS.durable } = options
  assertOneOf('durable', durable, [true, false], 'true or false')
  const maxBytes = byteCount('maxBytes', options.maxBytes ?? DEFAULTS.maxBytes, LEAST_MAX_BYTES)
  return { maxBytes, segmentBytes: segmentBytes(options.segmentBytes, maxBytes), isDurable: durable }
}

function segmentBytes(given: Bytes | undefined, maxBytes: number): number {
  if (given === undefined) {
    const share = Math.floor(maxBytes * DEFAULT_SEGMENT)
    return Math.min(Math.max(share, LEAST_DEFAULT_SEGMENT_BYTES), MOST_SEGMENT_BYTES)
  }
  const bytes = byteCount('segmentBytes', given, LEAST_SEGMENT_BYTES)
  if (bytes <= Math.min(maxBytes * MOST_SEGMENT, MOST_SEGMENT_BYTES)) return bytes
  throw new RangeError(`segmentBytes must be at most a quarter of maxBytes, and 1 GiB, got ${shown(given)}`)
}

function assertOneOf(option: string, value: unknown, allowed: readonly unknown[], rule: string): void {
  if (!allowed.includes(value)) throw new TypeError(`${option} must be ${rule}, got ${shown(value)}`)
}
