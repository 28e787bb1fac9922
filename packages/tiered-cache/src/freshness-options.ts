import { assertFunction } from './arguments.ts'
import { type Duration, durationMs } from './duration.ts'
import { shown } from './option-object.ts'

/** How long an error of a loader is remembered; `false`: not at all. */
export type NegativeErrors = (error: unknown) => Duration | false

/** How long values live. Set for the cache, overridden per call. */
export interface FreshnessOptions {
  /** How long a value is fresh. Default `'1h'`; `Infinity`: never stale. */
  readonly ttl?: Duration | undefined
  /** How long after that a stale value is still served, while one refresh runs or the loader fails. Default 0. */
  readonly grace?: Duration | undefined
  /** The fraction of `ttl`, 0 to 1, that chance takes off, so that what was stored together does not go stale together. Default 0. */
  readonly jitter?: number | undefined
  /** How long it is remembered that a loader has found nothing (`undefined`). Default 0: not at all. */
  readonly negativeTtl?: Duration | undefined
  /**
   * How long a caller waits for the refresh of a stale value before it is given that; it is given that too where the refresh fails. Default
   * 0: at once. `Infinity`: as long as the load may take.
   */
  readonly softTimeout?: Duration | undefined
  /**
   * Renews what is fresh before it goes stale, behind a `getOrSet` that hits it: after this fraction of its ttl, or by chance, the more
   * likely the longer its load took (`'xfetch'`). Default: not.
   */
  readonly refreshAhead?: number | 'xfetch' | undefined
  /** For how long this node remembers that a loader failed with an error, and gives it without another load. Default: not at all. */
  readonly negativeErrors?: NegativeErrors | undefined
  /** After it a load is aborted and its callers get LoadTimeoutError. Default `'2m'`. */
  readonly hardTimeout?: Duration | undefined
  /** How long after a failed refresh the source is left alone, while there is a stale value to serve. Default `'10s'`. */
  readonly refreshCooldown?: Duration | undefined
}

/** Freshness in milliseconds. */
export interface Freshnesses {
  readonly ttlMs: number
  readonly graceMs: number
  readonly jitter: number
  readonly negativeTtlMs: number
  readonly softTimeoutMs: number
  readonly refreshAhead: number | 'xfetch' | undefined
  readonly negativeErrors: NegativeErrors | undefined
  readonly hardTimeoutMs: number
  readonly refreshCooldownMs: number
}

export const FRESHNESS_OPTIONS: readonly string[] = [
  'ttl',
  'grace',
  'jitter',
  'negativeTtl',
  'softTimeout',
  'refreshAhead',
  'negativeErrors',
  'hardTimeout',
  'refreshCooldown',
]
export const DEFAULT_FRESHNESS: Freshnesses = {
  ttlMs: 3_600_000,
  graceMs: 0,
  jitter: 0,
  negativeTtlMs: 0,
  softTimeoutMs: 0,
  refreshAhead: undefined,
  negativeErrors: undefined,
  hardTimeoutMs: 120_000,
  refreshCooldownMs: 10_000,
}

/** @throws TypeError or RangeError naming the option and the value. */
export function resolveFreshness(options: FreshnessOptions, defaults: Freshnesses): Freshnesses {
  const { ttl, grace, jitter, negativeTtl, softTimeout, refreshAhead, negativeErrors } = options
  const { hardTimeout, refreshCooldown } = options
  assertFraction('jitter', jitter)
  if (refreshAhead !== 'xfetch') assertFraction('refreshAhead', refreshAhead)
  if (negativeErrors !== undefined) assertFunction('negativeErrors', negativeErrors)
  return {
    ttlMs: msOf('ttl', ttl, defaults.ttlMs),
    graceMs: msOf('grace', grace, defaults.graceMs),
    jitter: jitter ?? defaults.jitter,
    negativeTtlMs: msOf('negativeTtl', negativeTtl, defaults.negativeTtlMs),
    softTimeoutMs: msOf('softTimeout', softTimeout, defaults.softTimeoutMs),
    refreshAhead: refreshAhead ?? defaults.refreshAhead,
    negativeErrors: negativeErrors ?? defaults.negativeErrors,
    hardTimeoutMs: msOf('hardTimeout', hardTimeout, defaults.hardTimeoutMs),
    refreshCooldownMs: msOf('refreshCooldown', refreshCooldown, defaults.refreshCooldownMs),
  }
}

function msOf(option: string, duration: Duration | undefined, defaultMs: number): number {
  return duration === undefined ? defaultMs : durationMs(option, duration)
}

function assertFraction(option: string, value: unknown): void {
  if (value === undefined) return
  if (typeof value !== 'number') throw new TypeError(`${option} must be a number from 0 to 1, got ${shown(value)}`)
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${option} must be a number from 0 to 1, got ${shown(value)}`)
}
