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
import { assertSchema, type StandardSchema } from './standard-schema.ts'
import { assertTags } from './tag.ts'
import type { Bus } from './tiers/bus.ts'
import type { Tier } from './tiers/tier.ts'

/** A place for lines: `@org/json-logger`, pino, console and most others have this shape. */
export interface CacheLogger {
  debug(message: string, fields?: object): void
  info(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  error(message: string, fields?: object): void
}

/** Options of {@link TieredCache}; `V` is the type of its values. */
export interface TieredCacheOptions<V = unknown> extends FreshnessOptions {
  /** Fastest first. Default `[memoryTier()]`. */
  readonly tiers?: readonly Tier[] | undefined
  /** Tells the caches of other nodes of this one's writes, and this one of theirs. Default: none, and private tiers are right within their ttl. */
  readonly bus?: Bus | undefined
  /**
   * What values must fit that come from an asynchronous tier, such as Redis or disk; what it makes of them is given on. One that does not fit
   * is a miss. Values that are set or loaded are not held against it, nor those of synchronous tiers; they are stored as they are, so it must
   * take what it gives. Default: none.
   */
  readonly schema?: StandardSchema<V> | undefined
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
  /** A value that was stored without one of these is a miss. Their stamps are asked for together with the value. */
  readonly tags?: readonly string[] | undefined
  /** Names of tiers that are neither read nor filled. */
  readonly skipTiers?: readonly string[] | undefined
}

/** Options of a write. */
export interface WriteOptions {
  readonly ttl?: Duration | undefined
  readonly grace?: Duration | undefined
  readonly jitter?: number | undefined
  /** Is kept with the value, and given to the load that replaces it. */
  readonly etag?: string | undefined
  /** What the value can be invalidated by: see `invalidateTag`. */
  readonly tags?: readonly string[] | undefined
  /** Names of tiers that do not get the value; a copy of the key that they have is deleted. */
  readonly skipTiers?: readonly string[] | undefined
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
  /**
   * What the value can be invalidated by: see `invalidateTag`. A value that is there and was stored without one of them is loaded anew. Known
   * before the load, so that none is missed which is invalidated while it runs.
   */
  readonly tags?: readonly string[] | undefined
  /**
   * Names of tiers that are not read, and of those that do not get what is loaded: a copy of the key that they have is deleted then. A load
   * that is under way is joined all the same.
   */
  readonly skipTiers?:
    | { readonly read?: readonly string[] | undefined; readonly write?: readonly string[] | undefined }
    | undefined
}

/** Options of a memoised function: those of each of its loads. What belongs to one call, a signal or that it is to load anew, is none of them. */
export interface WrapOptions<A extends readonly unknown[]>
  extends Omit<LoadOptions, 'tags' | 'signal' | 'forceRefresh'> {
  /** The cache key of a call. It must tell apart all calls whose results differ. */
  readonly key: (...args: A) => string
  /** The tags of a call's result. */
  readonly tags?: ((...args: A) => readonly string[]) | undefined
}

/** Options of the invalidation of tags. */
export interface InvalidateOptions {
  /** `'delete'`: what has the tag is gone. `'expire'`: it is stale, and served while it is loaded anew, for as long as it lives. Default `'delete'`. */
  readonly mode?: 'expire' | 'delete' | undefined
}

/** The options of a cache, validated and complete. */
export interface ResolvedCacheOptions {
  readonly tiers: readonly Tier[]
  readonly bus: Bus | undefined
  readonly schema: StandardSchema | undefined
  readonly name: string
  readonly logger: CacheLogger
  readonly clock: Clock
  readonly closeTimeoutMs: number
  readonly freshness: Freshnesses
}

const CACHE_OPTIONS = [...FRESHNESS_OPTIONS, 'tiers', 'bus', 'schema', 'name', 'logger', 'clock', 'closeTimeout']
const WRITE_OPTIONS = ['ttl', 'grace', 'jitter', 'etag', 'tags', 'skipTiers']
const LOAD_OPTIONS = [...FRESHNESS_OPTIONS, 'signal', 'forceRefresh', 'whenAbandoned', 'tags', 'skipTiers']
const WRAP_OPTIONS = [...FRESHNESS_OPTIONS, 'key', 'tags', 'whenAbandoned', 'skipTiers']

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
  const { tiers = makeTiers(), bus, schema, name = 'cache', logger = SILENT, clock = systemClock } = options
  assertName('name', name)
  assertTiers(tiers)
  assertMethods('logger', logger, ['debug', 'info', 'warn', 'error'])
  if (bus !== undefined) assertMethods('bus', bus, ['publish', 'subscribe'])
  if (schema !== undefined) assertSchema(schema)
  assertMethods('clock', clock, ['now', 'monotonic', 'setTimer'])
  return {
    tiers: [...tiers],
    bus,
    schema,
    name,
    logger,
    clock,
    closeTimeoutMs: durationMs('closeTimeout', options.closeTimeout ?? '5s'),
    freshness: resolveFreshness(options, DEFAULT_FRESHNESS),
  }
}

export function resolveLoadOptions(options: LoadOptions | undefined, defaults: Freshnesses): Freshnesses {
  if (options === undefined) return defaults
  if (hasTagsAlone(options)) {
    assertTags('tags', options.tags)
    return defaults
  }
  assertOptions('load options', options, LOAD_OPTIONS)
  assertSignal(options.signal)
  if (options.tags !== undefined) assertTags('tags', options.tags)
  if (options.skipTiers !== undefined) assertOptions('skipTiers', options.skipTiers, ['read', 'write'])
  if (options.forceRefresh !== undefined) assertFlag('forceRefresh', options.forceRefresh)
  assertAbandonment(options.whenAbandoned)
  return resolveFreshness(options, defaults)
}

/** Refuses what is no option of a memoised function; its values are left to those who take them. */
export function assertWrapOptions(options: unknown): void {
  assertOptions('wrap options', options, WRAP_OPTIONS)
}

/** The most frequent options of a hit, told without a list of their names. */
function hasTagsAlone(options: LoadOptions): boolean {
  if (typeof options !== 'object' || options === null || options.tags === undefined) return false
  for (const name in options) if (name !== 'tags') return false
  return true
}

export function resolveWriteOptions(options: WriteOptions | undefined, defaults: Freshnesses): Freshnesses {
  if (options === undefined) return defaults
  assertOptions('write options', options, WRITE_OPTIONS)
  const { etag } = options
  if (etag !== undefined && typeof etag !== 'string') throw new TypeError(`etag must be a string, got ${shown(etag)}`)
  if (options.tags !== undefined) assertTags('tags', options.tags)
  return resolveFreshness(options, defaults)
}

export function resolveReadOptions(options: ReadOptions | undefined): AbortSignal | undefined {
  if (options === undefined) return undefined
  assertOptions('read options', options, ['signal', 'tags', 'skipTiers'])
  assertSignal(options.signal)
  if (options.tags !== undefined) assertTags('tags', options.tags)
  return options.signal
}

export function resolveInvalidateOptions(options: InvalidateOptions | undefined): 'expire' | 'delete' {
  if (options === undefined) return 'delete'
  assertOptions('invalidateTag options', options, ['mode'])
  const { mode = 'delete' } = options
  if (mode === 'delete' || mode === 'expire') return mode
  throw new TypeError(`mode must be 'expire' or 'delete', got ${shown(mode)}`)
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
