import { type Clock, systemClock } from './clock.ts'
import { type Duration, durationMs } from './duration.ts'
import {
  DEFAULT_FRESHNESS,
  FRESHNESS_OPTIONS,
  type Freshnesses,
  type FreshnessOptions,
  resolveFreshness,
} from './freshness-options.ts'
import { assertName, assertOptions, shown } from './option-object.ts'
import type { Bus } from './tiers/bus.ts'
import type { Tier } from './tiers/tier.ts'

/** A place for lines: `@org/json-logger`, pino, console and most others have this shape. */
export interface CacheLogger {
  debug(message: string, fields?: object): void
  info(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  error(message: string, fields?: object): void
}

/** Options of {@link TieredCache}. */
export interface TieredCacheOptions extends FreshnessOptions {
  /** Fastest first. Default `[memoryTier()]`. */
  readonly tiers?: readonly Tier[] | undefined
  /** Tells the caches of other nodes of this one's writes, and this one of theirs. Default: none, and private tiers are right within their ttl. */
  readonly bus?: Bus | undefined
  /** Label in errors and logs. Default `'cache'`. */
  readonly name?: string | undefined
  /** Default: silent. Gets no values and no credentials. */
  readonly logger?: CacheLogger | undefined
  readonly clock?: Clock | undefined
  /** How long `close` waits for what is under way before it aborts loads. Default `'5s'`. */
  readonly closeTimeout?: Duration | undefined
}

/** Options of a read. */
export interface ReadOptions {
  /** Ends the wait of this caller with the signal's reason; the read itself goes on for others. */
  readonly signal?: AbortSignal | undefined
}

/** Options of a write. */
export interface WriteOptions {
  readonly ttl?: Duration | undefined
  readonly grace?: Duration | undefined
  readonly jitter?: number | undefined
  /** Is kept with the value, and given to the load that replaces it. */
  readonly etag?: string | undefined
}

/** Options of a load. */
export interface LoadOptions extends FreshnessOptions {
  /** Ends the wait of this caller with the signal's reason; the load itself goes on for others: see `whenAbandoned`. */
  readonly signal?: AbortSignal | undefined
  /**
   * What becomes of a load when the last of those who wait for it has left by his signal: it is aborted, or goes on and fills the cache.
   * A refresh goes on always, and so does a load that anybody waits for without a signal. Default `'abort'`.
   */
  readonly whenAbandoned?: 'abort' | 'continue' | undefined
  /** Loads although there is a fresh value; a load that is under way is joined. Default false. */
  readonly forceRefresh?: boolean | undefined
}

/** Options of a memoised function. */
export interface WrapOptions<A extends readonly unknown[]> extends LoadOptions {
  /** The cache key of a call. It must tell apart all calls whose results differ. */
  readonly key: (...args: A) => string
}

/** The options of a cache, validated and complete. */
export interface ResolvedCacheOptions {
  readonly tiers: readonly Tier[]
  readonly bus: Bus | undefined
  readonly name: string
  readonly logger: CacheLogger
  readonly clock: Clock
  readonly closeTimeoutMs: number
  readonly freshness: Freshnesses
}

const CACHE_OPTIONS = [...FRESHNESS_OPTIONS, 'tiers', 'bus', 'name', 'logger', 'clock', 'closeTimeout']
const WRITE_OPTIONS = ['ttl', 'grace', 'jitter', 'etag']
const LOAD_OPTIONS = [...FRESHNESS_OPTIONS, 'signal', 'forceRefresh', 'whenAbandoned']

const SILENT: CacheLogger = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * @param makeTiers gives the tiers of a cache without any
 * @throws TypeError or RangeError naming the option and the value.
 */
export function resolveCacheOptions(
  options: TieredCacheOptions,
  makeTiers: () => readonly Tier[],
): ResolvedCacheOptions {
  assertOptions('TieredCache options', options, CACHE_OPTIONS)
  const { tiers = makeTiers(), bus, name = 'cache', logger = SILENT, clock = systemClock } = options
  assertName('name', name)
  assertTiers(tiers)
  assertMethods('logger', logger, ['debug', 'info', 'warn', 'error'])
  if (bus !== undefined) assertMethods('bus', bus, ['publish', 'subscribe'])
  assertMethods('clock', clock, ['now', 'monotonic', 'setTimer'])
  return {
    tiers: [...tiers],
    bus,
    name,
    logger,
    clock,
    closeTimeoutMs: durationMs('closeTimeout', options.closeTimeout ?? '5s'),
    freshness: resolveFreshness(options, DEFAULT_FRESHNESS),
  }
}

export function resolveLoadOptions(options: LoadOptions | undefined, defaults: Freshnesses): Freshnesses {
  if (options === undefined) return defaults
  assertOptions('load options', options, LOAD_OPTIONS)
  assertSignal(options.signal)
  if (options.forceRefresh !== undefined) assertFlag('forceRefresh', options.forceRefresh)
  assertAbandonment(options.whenAbandoned)
  return resolveFreshness(options, defaults)
}

export function resolveWriteOptions(options: WriteOptions | undefined, defaults: Freshnesses): Freshnesses {
  if (options === undefined) return defaults
  assertOptions('write options', options, WRITE_OPTIONS)
  const { etag } = options
  if (etag !== undefined && typeof etag !== 'string') throw new TypeError(`etag must be a string, got ${shown(etag)}`)
  return resolveFreshness(options, defaults)
}

export function resolveReadOptions(options: ReadOptions | undefined): AbortSignal | undefined {
  if (options === undefined) return undefined
  assertOptions('read options', options, ['signal'])
  assertSignal(options.signal)
  return options.signal
}

function assertTiers(tiers: unknown): asserts tiers is readonly Tier[] {
  if (!Array.isArray(tiers)) throw new TypeError(`tiers must be an array of tiers, got ${typeof tiers}`)
  if (tiers.length === 0) throw new RangeError('tiers must hold at least one tier, got an empty array')
  const names = new Set<string>()
  for (const [index, tier] of tiers.entries()) {
    const option = `tiers[${index}]`
    assertMethods(option, tier, ['get', 'set', 'delete'])
    assertName(`${option}.name`, tier.name)
    assertFlag(`${option}.shared`, tier.shared)
    assertFlag(`${option}.sync`, tier.sync)
    if (tier.ttl !== undefined) durationMs(`${option}.ttl`, tier.ttl)
    if (tier.deadline !== undefined) durationMs(`${option}.deadline`, tier.deadline)
    if (names.has(tier.name))
      throw new RangeError(`${option}.name must be unique in the cache, got '${tier.name}' again`)
    names.add(tier.name)
  }
}

function assertFlag(option: string, value: unknown): void {
  if (typeof value !== 'boolean') {
    throw new TypeError(`${option} must be true or false, got ${shown(value)}`)
  }
}

function assertMethods(option: string, value: unknown, methods: readonly string[]): void {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${option} must be an object, got ${value === null ? 'null' : typeof value}`)
  }
  for (const method of methods) {
    if (typeof (value as Record<string, unknown>)[method] !== 'function') {
      throw new TypeError(`${option} must have a method ${method}(), got none`)
    }
  }
}

function assertAbandonment(value: unknown): void {
  if (value === undefined || value === 'abort' || value === 'continue') return
  throw new TypeError(`whenAbandoned must be 'abort' or 'continue', got ${shown(value)}`)
}

function assertSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return
  throw new TypeError(`signal must be an AbortSignal, got ${typeof signal}`)
}
