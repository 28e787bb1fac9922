import type { Codec } from '../codec/codec.ts'
import type { Compression } from '../codec/compression.ts'
import { type EnvelopeFormat, MAX_VALUE_BYTES } from '../codec/envelope.ts'
import { knownCodecs } from '../codec/known-codecs.ts'
import { structuredCodec } from '../codec/structured.ts'
import { type Duration, durationMs } from '../duration.ts'
import { assertName, assertOptions, shown } from '../option-object.ts'
import type { RedisSource } from './client/redis-source.ts'
import { LONGEST_LEASE_MS } from './lease-scripts.ts'

/** How the leases of a Redis tier are: see {@link RedisTierOptions.lease}. */
export interface RedisLeaseOptions {
  /**
   * How long a lease lasts, 1 ms to 1 h. It is renewed while its load runs, so this is how long the nodes wait for one that died.
   * Default 10 s.
   */
  readonly duration?: Duration | undefined
}

/** Options of {@link redisTier}; with neither `url` nor `client` it is `redis://localhost:6379`. */
export interface RedisTierOptions extends RedisSource {
  /**
   * Before every key in Redis: one for each cache. Two caches that share one read each other's entries. With a part in braces, such
   * as `'{users}:'`, a cluster keeps all keys on one node. Default `'cache:'`.
   */
  readonly prefix?: string | undefined
  /** Label in stats and events. Default `'redis'`. */
  readonly name?: string | undefined
  /** Cap on the life of what it keeps. Default none. */
  readonly ttl?: Duration | undefined
  /** How long the cache waits for one operation. Default 250 ms. */
  readonly deadline?: Duration | undefined
  /** What values are written with; those of other codecs of this package are read all the same. Default `structuredCodec`. */
  readonly codec?: Codec | undefined
  /** Whether values from 2 KiB on are compressed where that pays. Default `'zstd'`. */
  readonly compression?: Compression | undefined
  /**
   * One load over all nodes, and no value that a later write has overtaken. False: a miss and a `set` cost a trip less, nodes load
   * side by side, and a slow load may overwrite what is newer; for all caches with this prefix, or for none of them.
   */
  readonly lease?: RedisLeaseOptions | false | undefined
}

/** Options of a Redis tier, checked, with all defaults. */
export interface RedisTierSettings {
  readonly prefix: string
  readonly name: string
  readonly ttl: Duration | undefined
  readonly deadline: Duration
  readonly deadlineMs: number
  readonly format: Omit<EnvelopeFormat, 'reserve'>
  /** `undefined` without leases. */
  readonly leaseMs: number | undefined
}

const KNOWN = ['url', 'client', 'prefix', 'name', 'ttl', 'deadline', 'codec', 'compression', 'lease']
const DEFAULTS = {
  prefix: 'cache:',
  name: 'redis',
  deadline: '250ms',
  codec: structuredCodec,
  compression: 'zstd',
  lease: {},
} as const
const DEFAULT_LEASE = '10s'

/** @throws TypeError or RangeError naming the option and the value */
export function resolveRedisTierOptions(options: RedisTierOptions): RedisTierSettings {
  assertOptions('redisTier options', options, KNOWN)
  const { prefix = DEFAULTS.prefix, name = DEFAULTS.name, ttl, deadline = DEFAULTS.deadline } = options
  const { codec = DEFAULTS.codec, compression = DEFAULTS.compression, lease = DEFAULTS.lease } = options
  assertText('prefix', prefix)
  assertName('name', name)
  if (ttl !== undefined) durationMs('ttl', ttl)
  assertCompression(compression)
  return {
    prefix,
    name,
    ttl,
    deadline,
    deadlineMs: durationMs('deadline', deadline),
    format: { codec, codecs: knownCodecs(codec), compression, maxValueBytes: MAX_VALUE_BYTES },
    leaseMs: lease === false ? undefined : leaseMs(lease),
  }
}

function leaseMs(lease: RedisLeaseOptions): number {
  assertOptions('lease', lease, ['duration'])
  const { duration = DEFAULT_LEASE } = lease
  const ms = Math.ceil(durationMs('lease.duration', duration))
  if (ms >= 1 && ms <= LONGEST_LEASE_MS) return ms
  throw new RangeError(`lease.duration must be 1 ms to 1 h, got ${shown(duration)}`)
}

function assertText(option: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${option} must be a string, got ${shown(value)}`)
}

function assertCompression(value: unknown): void {
  if (value !== 'zstd' && value !== false) {
    throw new TypeError(`compression must be 'zstd' or false, got ${shown(value)}`)
  }
}
