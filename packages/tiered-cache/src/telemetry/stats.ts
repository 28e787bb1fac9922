import type { RemovalCause, Tier, TierMeasure } from '../tiers/tier.ts'
import type { CacheCounters, TierCounters } from './counters.ts'

/** Quantiles of the duration of a tier's operations, in milliseconds, right within 6.25 %. */
export interface LatencyStats {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** Counts what the tier was really asked: coalesced readers are one read. */
export interface TierStats {
  /** Reads that found an entry fresh or stale. */
  readonly hits: number
  readonly misses: number
  /** 0..1, 0 without reads. */
  readonly hitRate: number
  /** Writes of an entry: sets, stores of loaded values and backfills. */
  readonly sets: number
  readonly deletes: number
  /** Operations that failed or passed their deadline. */
  readonly faults: number
  /** Values that the tier's codec could not keep. */
  readonly unstorable: number
  /** Values that the tier gave and that did not fit the schema; each is a miss too. */
  readonly unfit: number
  /** Loaded or backfilled values not stored because 1000 such writes to the tier were under way. */
  readonly dropped: number
  readonly removals: Readonly<Record<RemovalCause, number>>
  /** `undefined` where the tier does not measure itself. */
  readonly entries: number | undefined
  readonly maxEntries: number | undefined
  readonly weight: number | undefined
  readonly maxWeight: number | undefined
  /** False from a failed open until the first success, and while the breaker is not closed. */
  readonly available: boolean
  /** `undefined` for a synchronous tier, which needs none. */
  readonly breaker: 'closed' | 'open' | 'half-open' | undefined
  /** Invalidations that the tier has not acknowledged yet; its copies of those keys are not read meanwhile. */
  readonly pending: number
  /** Of all operations of an asynchronous tier; of one hit in 256 of a synchronous one. */
  readonly latencyMs: LatencyStats
}

/** Always `requests = hits + misses`. A caller who joined a load is one request, one miss and one coalesced. */
export interface CacheStats {
  readonly requests: number
  /** Stale values served included. */
  readonly hits: number
  readonly staleHits: number
  readonly misses: number
  /** 0..1, 0 without requests. */
  readonly hitRate: number
  readonly loads: number
  readonly loadFailures: number
  /** Loads that ran behind a stale value already served. */
  readonly refreshes: number
  readonly coalesced: number
  /** By name, in the order of the tiers. */
  readonly tiers: Readonly<Record<string, TierStats>>
}

/** The state of a tier beside its counters. */
export interface TierCondition {
  readonly available: boolean
  readonly breaker: 'closed' | 'open' | 'half-open' | undefined
  readonly pending: number
}

/** The stats of one tier as they are now: a snapshot, which later counts do not change. */
export function tierStats(
  counters: TierCounters,
  measure: TierMeasure | undefined,
  condition: TierCondition,
): TierStats {
  const { hits, misses, sets, deletes, faults, unstorable, unfit, dropped, latency } = counters
  return {
    hits,
    misses,
    hitRate: rate(hits, misses),
    sets,
    deletes,
    faults,
    unstorable,
    unfit,
    dropped,
    removals: { ...counters.removals },
    entries: measure?.entries,
    maxEntries: measure?.maxEntries,
    weight: measure?.weight,
    maxWeight: measure?.maxWeight,
    available: condition.available,
    breaker: condition.breaker,
    pending: condition.pending,
    latencyMs: { p50: latency.quantile(0.5), p95: latency.quantile(0.95), p99: latency.quantile(0.99) },
  }
}

/** How full a tier says that it is. A third party's may fail even at that; the counters are right all the same. */
export function measureOf(tier: Tier): TierMeasure | undefined {
  try {
    return tier.measure?.()
  } catch {
    return undefined
  }
}

/** `hotHits` are those that the first tier alone counts. */
export function cacheStats(
  counters: CacheCounters,
  hotHits: number,
  tiers: Readonly<Record<string, TierStats>>,
): CacheStats {
  const { staleHits, misses, loads, loadFailures, refreshes, coalesced } = counters
  const hits = counters.hits + hotHits
  return {
    requests: hits + misses,
    hits,
    staleHits,
    misses,
    hitRate: rate(hits, misses),
    loads,
    loadFailures,
    refreshes,
    coalesced,
    tiers,
  }
}

function rate(hits: number, misses: number): number {
  return hits + misses === 0 ? 0 : hits / (hits + misses)
}
