import type { Duration } from '../duration.ts'
import type { Entry } from '../entry.ts'

/** A value now, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>

/** Removes a listener. */
export type Off = () => void

/**
 * Why an entry left a tier: evicted for room, past its life, deleted by the user, overwritten, or dropped because another
 * node changed it.
 */
export type RemovalCause = 'capacity' | 'expired' | 'deleted' | 'replaced' | 'invalidated'

/** What a synchronous tier answers where it holds no fresh entry: no value of a user can be mistaken for it. */
export const MISS: unique symbol = Symbol('tiered-cache.miss')

/** Why the cache itself deletes an entry: the user wants it so, or another node changed it. */
export type DeleteCause = 'deleted' | 'invalidated'

/**
 * How full a tier is; `Infinity` where there is no bound. Weight is in bytes or in units of the user's, and the number of entries
 * where they are not weighed.
 */
export interface TierMeasure {
  readonly entries: number
  readonly maxEntries: number
  readonly weight: number
  readonly maxWeight: number
}

/**
 * One storage stage of a cache. Never throws for a miss, and may answer expired entries: the cache judges them.
 * A third party writes one in 20 lines and proves it with `tierConformance` of `@org/tiered-cache/testing`.
 */
export interface Tier {
  /** Label in stats and events, unique in a cache. */
  readonly name: string
  /** Do other processes see this data? */
  readonly shared: boolean
  /** True: no method but `open` and `close` ever answers a promise. Such a tier needs no guard, and `getSync` reads it. */
  readonly sync: boolean
  /** How long the cache waits for one operation of an asynchronous tier. Default 250 ms if `shared`, else 1 s. */
  readonly deadline?: Duration | undefined
  /** Cap on the life of what this tier keeps. */
  readonly ttl?: Duration | undefined
  /** Where `now` (epoch milliseconds) is given, a synchronous tier may drop what has expired by then. */
  get(key: string, now?: number): MaybePromise<Entry | undefined>
  /**
   * Synchronous tiers only: the value where it is fresh at `now` (epoch milliseconds) and has no tags, else {@link MISS}.
   * Counts as a use where it hits, changes nothing else, and allocates nothing: this is the path of a memory hit. `now` may lie
   * ahead of the clock: what is fresh then is fresh now.
   */
  getFresh?(key: string, now: number): unknown
  /** Synchronous tiers only: as `get`, but counts as no use. Without it the cache asks `get`. */
  peek?(key: string): Entry | undefined
  /** Synchronous tiers are told the instant (epoch milliseconds). */
  set(key: string, entry: Entry, now?: number): MaybePromise<void>
  delete(key: string, cause?: DeleteCause): MaybePromise<void>
  /** Frees everything. */
  clear?(): MaybePromise<void>
  /** What it holds, in no order; expired entries may be among it. */
  entries?(): AsyncIterable<readonly [string, Entry]> | Iterable<readonly [string, Entry]>
  onRemoval?(listener: (key: string, cause: RemovalCause) => void): Off
  measure?(): TierMeasure
  /** First connection or recovery: the cache calls it once and never waits for it on a read. */
  open?(): Promise<void>
  close?(): Promise<void>
}
