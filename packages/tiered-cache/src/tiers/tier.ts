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
 * What asking for a lease came to: `granted`, the caller is the one who loads and fills; `busy`, another is, for `msLeft` at most;
 * `present`, another has filled the key meanwhile.
 */
export type LeaseGrant =
  | { readonly state: 'granted' }
  | { readonly state: 'busy'; readonly msLeft: number }
  | { readonly state: 'present'; readonly entry: Entry }

/**
 * Gives out leases: who holds the one of a key may fill it, as long as nobody has deleted or set the key since. A lease lasts
 * `durationMs` and is renewed while its load runs. Every method rejects where the tier does not answer.
 */
export interface LeaseAuthority {
  readonly durationMs: number
  /**
   * Asks for the lease of a key. Asking again with the same token is harmless. `seen` is the entry, as this tier gave it, that the
   * caller judged stale; `undefined` where there was none.
   */
  acquire(key: string, token: string, seen: Entry | undefined): Promise<LeaseGrant>
  /**
   * Takes the lease of a key from whoever has it, for a value that is given and not loaded: {@link fill} follows, unless nobody waits
   * for it any more. In two steps, since a command that comes late must not bring back what others have overwritten or deleted.
   */
  stake(key: string, token: string): Promise<void>
  /** False where the lease is lost. */
  renew(key: string, token: string): Promise<boolean>
  /** Stores the entry and ends the lease; false where the lease is lost: then nothing is stored. */
  fill(key: string, token: string, entry: Entry): Promise<boolean>
  /** Ends a lease whose load failed, so that nobody waits for it. */
  release(key: string, token: string): Promise<void>
}

/** The path of a memory hit for the keys of one namespace, without their prefix. */
export interface TierNamespace {
  getFresh(key: string, now: number, tags?: readonly string[]): unknown
}

/**
 * One storage stage of a cache. Never throws for a miss, and may answer expired entries: the cache judges them.
 * A third party writes one in 20 lines and proves it with `tierConformance` of `@org/tiered-cache/testing`.
 *
 * A tier belongs to one cache. Two caches on one do not see each other's invalidations of tags on hits: the stamps of an entry that a
 * tier holds by reference are those of the cache that stored it.
 */
export interface Tier {
  /** Label in stats and events, unique in a cache. */
  readonly name: string
  /** Do other processes see this data? */
  readonly shared: boolean
  /** True: no method but `open` and `close` ever answers a promise. Such a tier needs no guard, and `getSync` reads it. */
  readonly sync: boolean
  /**
   * How long the cache waits for one operation of an asynchronous tier. Default 250 ms if `shared`, else 1 s. Of a shared tier that
   * is the most: the cache learns how fast it is, and waits for four times its p99, 5 ms at least.
   */
  readonly deadline?: Duration | undefined
  /** Cap on the life of what this tier keeps. */
  readonly ttl?: Duration | undefined
  /** Where `now` (epoch milliseconds) is given, a synchronous tier may drop what has expired by then. */
  get(key: string, now?: number): MaybePromise<Entry | undefined>
  /**
   * Synchronous tiers only: the value where it is fresh at `now` (epoch milliseconds) and each of its stamps is current (`isCurrent`), else
   * {@link MISS}; where `tags` are named, it must have them all. Counts as a use where it hits, changes nothing else, and allocates
   * nothing: this is the path of a memory hit. `now` may lie ahead of the clock: what is fresh then is fresh now. A tier may answer MISS
   * for everything that has stamps. One that offers `namespace` answers MISS for the keys of namespaces here.
   */
  getFresh?(key: string, now: number, tags?: readonly string[]): unknown
  /**
   * Synchronous tiers only: a view of the keys that begin with `prefix`, which is of a namespace, for who names them without it; the same
   * view for the same prefix. Without it the cache puts each key together.
   */
  namespace?(prefix: string): TierNamespace
  /** Synchronous tiers only: as `get`, but counts as no use. Without it the cache asks `get`. */
  peek?(key: string): Entry | undefined
  /** Synchronous tiers are told the instant (epoch milliseconds). */
  set(key: string, entry: Entry, now?: number): MaybePromise<void>
  /**
   * Asynchronous tiers only: does what needs no answer of the tier, such as encoding, ahead of the `set` or `fill` of the same key and
   * entry, outside the deadline. Gives about how many bytes will be sent: large ones are given more time. Throws
   * UnstorableValueError as they do.
   */
  prepare?(key: string, entry: Entry): MaybePromise<number>
  delete(key: string, cause?: DeleteCause): MaybePromise<void>
  /**
   * Nothing that was stored, or of a shared tier begun, before is there any more. `isRetry`: the last one failed half-way, and what it has
   * cleared need not be cleared again.
   */
  clear?(isRetry?: boolean): MaybePromise<void>
  /** What it holds, in no order; expired entries may be among it. */
  entries?(): AsyncIterable<readonly [string, Entry]> | Iterable<readonly [string, Entry]>
  /** Asynchronous tiers only: the entries of these keys, in their order, in one trip where the tier can. */
  getMany?(keys: readonly string[]): Promise<readonly (Entry | undefined)[]>
  /**
   * Whether `getMany` makes none of its keys wait for another: then the cache asks for what it is asked for in one turn of the loop by
   * one `getMany`, within one deadline. Default false.
   */
  readonly readsTogether?: boolean | undefined
  /** For who uses a tier by itself: the cache writes key by key, and a tier may gather what comes in one turn of the loop. */
  setMany?(entries: readonly (readonly [string, Entry])[]): Promise<void>
  deleteMany?(keys: readonly string[]): Promise<void>
  /** Shared tiers only: one filler per key over all processes. */
  readonly lease?: LeaseAuthority | undefined
  /** Asynchronous tiers only: whether an error is an answer that says no, such as to a write by a tier that is full: the tier works. */
  isRefusal?(error: unknown): boolean
  onRemoval?(listener: (key: string, cause: RemovalCause) => void): Off
  measure?(): TierMeasure
  /** Tells, in a sentence, what is likely a mistake in the set-up and no fault; found by `open` at the earliest. */
  onWarning?(listener: (message: string) => void): Off
  /** First connection or recovery: the cache calls it once and never waits for it on a read. */
  open?(): Promise<void>
  close?(): Promise<void>
}
