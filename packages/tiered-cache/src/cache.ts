import type { Clock } from './clock.ts'
import { assertFunction, iterable, pair } from './arguments.ts'
import { composeLink, composeTiers, type Composition } from './compose.ts'
import { BatchLoad, type BatchLoader, type BatchResult, resultOf } from './core/batch-load.ts'
import type { BusLink } from './core/bus-link.ts'
import { untilAborted } from './core/caller-signal.ts'
import { closeParts } from './core/closing.ts'
import { freshEntries } from './core/entries.ts'
import { explanation } from './core/explanation.ts'
import { type EntryInfo, holdsFresh, inspect } from './core/inspect.ts'
import { HotTime } from './core/hot-time.ts'
import { keepAlive } from './keep-alive.ts'
import type { Loader } from './core/loader.ts'
import { OwnedWork } from './core/owned-work.ts'
import { ReadThrough } from './core/read-through.ts'
import { StoreTime } from './core/store-time.ts'
import { SyncTierAccess } from './core/sync-tier-access.ts'
import type { TierAccess } from './core/tier-access.ts'
import { type Acknowledged, allReached, clearEverywhere, deleteEverywhere, setEverywhere } from './core/write.ts'
import { jittered, makeEntry } from './entry.ts'
import { CacheClosedError } from './errors.ts'
import { assertKey } from './key.ts'
import {
  type LoadOptions,
  type ReadOptions,
  resolveCacheOptions,
  resolveLoadOptions,
  resolveReadOptions,
  resolveWriteOptions,
  type TieredCacheOptions,
  type WrapOptions,
  type WriteOptions,
} from './options.ts'
import type { Freshnesses } from './freshness-options.ts'
import type { CacheEvents, EventListeners } from './telemetry/events.ts'
import { Recorder } from './telemetry/recorder.ts'
import { type CacheStats, cacheStats, tierStats } from './telemetry/stats.ts'
import type { Bus } from './tiers/bus.ts'
import { memoryTier } from './tiers/memory-tier.ts'
import { type MaybePromise, MISS, type Off, type Tier, type TierMeasure } from './tiers/tier.ts'

/** Read by every hit: a binding of another file is looked up at each use, one of this file is a constant to the compiler. */
const NOT_HERE: typeof MISS = MISS
const NO_OPTIONS: LoadOptions = {}

/** What a load gives: a value of the cache's type, whoever loaded it; of the loader's, where the cache has none. */
export type Loaded<V, T> = unknown extends V ? T : undefined extends T ? V | undefined : V

/** A memoised function. */
export interface Wrapped<A extends readonly unknown[], T> {
  (...args: A): Promise<T>
  /** Forgets what a call with these arguments has given. */
  invalidate(...args: A): Promise<Acknowledged>
}

/**
 * A cache of any number of tiers, fastest first. A hit in a lower tier is backfilled into those above it, a miss in all of
 * them runs one loader, once, and no fault of a tier ever reaches a caller.
 *
 * To a caller come only: the loader's own error, LoadTimeoutError, the reason of the caller's own signal, TypeError and
 * RangeError for wrong arguments, CacheClosedError, and from `set` alone UnstorableValueError.
 *
 * Values are shared by reference where a tier holds references (memory does): treat what you get as read-only.
 */
export class TieredCache<V = unknown> implements AsyncDisposable {
  readonly name: string
  readonly #clock: Clock
  readonly #freshness: Freshnesses
  readonly #closeTimeoutMs: number
  readonly #storeTime: StoreTime
  readonly #hotTime: HotTime
  readonly #work = new OwnedWork()
  readonly #recorder: Recorder
  readonly #events: EventListeners
  readonly #tiers: readonly TierAccess[]
  /** The tiers, and where none is shared one that publishes. */
  readonly #writers: readonly TierAccess[]
  readonly #bus: Bus | undefined
  readonly #link: BusLink | undefined
  readonly #first: SyncTierAccess | undefined
  readonly #through: ReadThrough
  readonly #offs: Off[] = []
  readonly #opened: Promise<unknown>
  #closing: Promise<void> | undefined

  /** @throws TypeError or RangeError naming the option and the value. */
  constructor(options: TieredCacheOptions = {}) {
    const resolved = resolveCacheOptions(options, () => [memoryTier()])
    const { bus, name, logger, clock, closeTimeoutMs, freshness } = resolved
    this.name = name
    this.#bus = bus
    this.#recorder = new Recorder(name, logger)
    this.#events = this.#recorder.events
    this.#clock = clock
    this.#freshness = freshness
    this.#closeTimeoutMs = closeTimeoutMs
    this.#storeTime = new StoreTime(clock)
    this.#hotTime = new HotTime(clock)
    const composition: Composition = {
      clock,
      storeTime: this.#storeTime,
      work: this.#work,
      recorder: this.#recorder,
      announce: bus && { written: (keys) => this.#link!.written(keys), cleared: () => this.#link!.cleared() },
      overtaken: (key) => void this.#through.overtaken(key),
      offs: this.#offs,
    }
    const composed = composeTiers(resolved.tiers, composition)
    this.#tiers = composed.tiers
    this.#writers = composed.writers
    const [first] = this.#tiers
    this.#first = first instanceof SyncTierAccess ? first : undefined
    this.#through = new ReadThrough({
      tiers: this.#tiers,
      writers: this.#writers,
      writing: bus && (() => this.#link!.writing()),
      clock,
      storeTime: this.#storeTime,
      work: this.#work,
      report: this.#recorder,
      leases: composed.leases,
    })
    this.#link = bus && composeLink(bus, composed, composition, () => this.#through)
    const opened = Promise.all(this.#writers.map((tier) => tier.open()))
    this.#opened = this.#link?.open(opened) ?? opened
  }

  /** The fresh value, or `undefined`. A stale value is a miss here: serving it takes a loader (`getOrSet`). */
  async get<T extends V = V>(key: string, options?: ReadOptions): Promise<T | undefined> {
    this.#assertOpen()
    const signal = resolveReadOptions(options)
    signal?.throwIfAborted()
    const value = this.#getHot(key)
    if (value !== NOT_HERE) return value as T
    assertKey(key)
    // Awaited here: a promise that an async function returns takes two more turns of the queue.
    return (await untilAborted(this.#through.get(key), signal)) as T | undefined
  }

  /** The value if a synchronous tier holds it fresh, else `undefined`: the path of a memory hit, without a promise. */
  getSync<T extends V = V>(key: string): T | undefined {
    this.#assertOpen()
    const value = this.#getHot(key)
    if (value !== NOT_HERE) return value as T
    assertKey(key)
    return this.#getSyncBelow(key) as T | undefined
  }

  /**
   * The fresh value; else the stale one, while one refresh runs, or what that gives within `softTimeout`; else what `loader` gives, run
   * once however many callers wait, and aborted when the last of them has left by his signal. Resolves when the value is loaded and
   * synchronous tiers hold it; writes to the others go on, owned by the cache. A loader that gives `undefined` says "not found", which is
   * stored for `negativeTtl`; one that fails, for as long as `negativeErrors` says. A loader must not ask for its own key: it would wait
   * for itself until `hardTimeout`.
   */
  async getOrSet<T extends V | undefined>(
    key: string,
    loader: Loader<V, T>,
    options?: LoadOptions,
  ): Promise<Loaded<V, T>> {
    this.#assertUsable(key)
    assertFunction('loader', loader)
    const freshness = resolveLoadOptions(options, this.#freshness)
    options?.signal?.throwIfAborted()
    const { signal, forceRefresh: isForced = false, whenAbandoned } = options ?? NO_OPTIONS
    const isKept = whenAbandoned === 'continue'
    const value = isForced ? MISS : this.#getHot(key)
    if (value !== NOT_HERE) {
      if (freshness.refreshAhead !== undefined && this.#through.isDue(key, freshness.refreshAhead))
        this.#through.refreshAhead({ key, loader, freshness, signal, isForced, isKept })
      return value as Loaded<V, T>
    }
    const loaded = this.#owned(this.#through.getOrLoad({ key, loader, freshness, signal, isForced, isKept }))
    return (await untilAborted(loaded, signal)) as Loaded<V, T>
  }

  /**
   * Stores a value in every tier. Resolves when each tier has taken it or faulted: afterwards no read on this node gives an
   * older value. Rejects with UnstorableValueError where a tier cannot keep the value; the key is then in no tier.
   */
  async set(key: string, value: V, options?: WriteOptions): Promise<Acknowledged> {
    this.#assertUsable(key)
    if (value === undefined) throw new TypeError('value must not be undefined, which means "not found": use delete')
    const { ttlMs, graceMs, jitter } = resolveWriteOptions(options, this.#freshness)
    if (ttlMs + graceMs === 0) return this.delete(key)
    const entry = makeEntry(value, this.#storeTime.stamp(), jittered(ttlMs, jitter), graceMs, 0, options?.etag)
    return this.#owned(
      this.#through.writing(key, async (isNewest) => {
        try {
          return await setEverywhere(this.#writers, key, entry)
        } catch (error) {
          if (isNewest()) await deleteEverywhere(this.#writers, key)
          throw error
        }
      }),
    )
  }

  /** Deletes the key in every tier: afterwards no read on this node gives an older value. */
  async delete(key: string): Promise<Acknowledged> {
    this.#assertUsable(key)
    return this.#owned(this.#through.writing(key, () => deleteEverywhere(this.#writers, key)))
  }

  /** Whether a tier holds the key fresh. Counts as no request, hit or miss, and moves nothing. */
  async has(key: string): Promise<boolean> {
    this.#assertUsable(key)
    return holdsFresh(this.#tiers, key, this.#clock)
  }

  /** Empties every tier. */
  async clear(): Promise<Acknowledged> {
    this.#assertOpen()
    return this.#owned(this.#through.writingAll(() => clearEverywhere(this.#writers)))
  }

  /** The fresh values of those keys that have one, in the order of the keys. A tier is read once, for what those above it do not have. */
  async getMany<T extends V = V>(keys: Iterable<string>, options?: ReadOptions): Promise<ReadonlyMap<string, T>> {
    this.#assertOpen()
    const signal = resolveReadOptions(options)
    signal?.throwIfAborted()
    const values = new Map<string, unknown>()
    for (const key of iterable('keys', keys)) if (!values.has(key)) values.set(key, this.#getHot(key))
    const missing = [...values.keys()].filter((key) => values.get(key) === NOT_HERE)
    for (const key of missing) assertKey(key)
    const read = missing.length === 0 ? [] : await untilAborted(this.#through.getMany(missing), signal)
    for (const [at, key] of missing.entries()) values.set(key, read[at])
    for (const [key, value] of values) if (value === undefined) values.delete(key)
    return values as Map<string, T>
  }

  /** Sets all of them at once. */
  async setMany(entries: Iterable<readonly [string, V]>, options?: WriteOptions): Promise<Acknowledged> {
    this.#assertOpen()
    const pairs = [...iterable('entries', entries)].map(pair)
    return allReached(await Promise.all(pairs.map(([key, value]) => this.set(key, value, options))))
  }

  /** Deletes all of them at once. */
  async deleteMany(keys: Iterable<string>): Promise<Acknowledged> {
    this.#assertOpen()
    return allReached(await Promise.all([...iterable('keys', keys)].map((key) => this.delete(key))))
  }

  /**
   * For each key what `getOrSet` would give; `loadMany` is called once for those that have no value, and again for those alone that another
   * node was loading and gave up. A tier that is read together, as Redis is, is asked once for 128 keys. Never rejects because of a load: what
   * failed is told by key.
   */
  async getOrSetMany<T extends V = V>(
    keys: Iterable<string>,
    loadMany: BatchLoader<T>,
    options?: LoadOptions,
  ): Promise<BatchResult<T>> {
    this.#assertOpen()
    assertFunction('loadMany', loadMany)
    resolveLoadOptions(options, this.#freshness)
    const wanted = [...new Set(iterable('keys', keys))]
    for (const key of wanted) assertKey(key)
    options?.signal?.throwIfAborted()
    const { load } = new BatchLoad(loadMany)
    const loaded = await Promise.allSettled(wanted.map((key) => this.getOrSet(key, load as Loader<V, V>, options)))
    options?.signal?.throwIfAborted()
    return resultOf<T>(wanted, loaded)
  }

  /** `fn` memoised: called with the same key it is answered from the cache, and runs once however many wait. */
  wrap<A extends readonly unknown[], T extends V | undefined>(
    fn: (...args: A) => MaybePromise<T>,
    options: WrapOptions<A>,
  ): Wrapped<A, Loaded<V, T>> {
    assertFunction('fn', fn)
    if (typeof options !== 'object' || options === null) throw new TypeError('wrap options must be an object with key')
    const { key, ...load } = options
    assertFunction('key', key)
    resolveLoadOptions(load, this.#freshness)
    const wrapped = async (...args: A): Promise<Loaded<V, T>> => {
      return this.getOrSet<T>(key(...args), () => fn(...args), load)
    }
    return Object.assign(wrapped, { invalidate: async (...args: A) => this.delete(key(...args)) })
  }

  /** Where an entry is and how long it lives, or `undefined`. Counts as no request, hit or miss, and moves nothing. */
  async entry(key: string): Promise<EntryInfo | undefined> {
    this.#assertUsable(key)
    return inspect(this.#tiers, key, this.#clock)
  }

  /** Where a key is, in words for people: each tier, what a read would do, and when that changes. Holds no value. As `entry`. */
  async explain(key: string): Promise<string> {
    this.#assertUsable(key)
    return explanation(this.#tiers, key, this.#clock)
  }

  /**
   * Keys and fresh values of those tiers that can tell what they hold, such as memory; Redis is never listed. In no order; what changes
   * meanwhile may be there or not.
   */
  entries(): AsyncIterable<readonly [string, V]> {
    this.#assertOpen()
    return freshEntries(this.#tiers, this.#clock) as AsyncGenerator<readonly [string, V], void>
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly [string, V]> {
    return this.entries()[Symbol.asyncIterator]()
  }

  /** What was asked and how it went, overall and by tier. O(tiers). */
  stats(): CacheStats {
    const tiers = this.#tiers.map(({ tier, counters, condition }) => {
      return [tier.name, tierStats(counters, measureOf(tier), condition)] as const
    })
    return cacheStats(this.#recorder.counters, this.#first?.counters.hotHits ?? 0, Object.fromEntries(tiers))
  }

  /** Calls `listener` with each fact of `event`; what it throws is dropped. */
  on<E extends keyof CacheEvents>(event: E, listener: (fact: CacheEvents[E]) => void): Off {
    return this.#recorder.events.on(event, listener)
  }

  /**
   * Resolves when every tier's open has settled or passed its deadline, and the bus has told what this node missed or does not answer
   * within a second. Never rejects; reads need not wait for it.
   */
  async ready(): Promise<void> {
    await keepAlive(this.#opened)
  }

  /** Resolves when nothing is in flight: no load, refresh, backfill, write or replay. */
  async idle(): Promise<void> {
    await keepAlive(this.#work.idle())
  }

  /**
   * Refuses new calls, waits for what is under way (at most `closeTimeout`, then loads are aborted), and closes the tiers.
   * Resolves always; a second call waits for the first.
   */
  close(): Promise<void> {
    this.#closing ??= keepAlive(this.#close())
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /**
   * The path of a memory hit: no closure, no object, no promise, and no look at the key: who hits has one that was looked at when
   * it was set.
   */
  #getHot(key: string): unknown {
    const first = this.#first
    if (first === undefined) return MISS
    let value = first.getFresh(key, this.#hotTime.horizon())
    if (value === NOT_HERE && this.#hotTime.isAhead) value = first.getFresh(key, this.#clock.now())
    if (value !== NOT_HERE && this.#events.hearsHits) this.#tellHotHit(key, first)
    return value
  }

  #tellHotHit(key: string, { tier }: SyncTierAccess): void {
    this.#events.emit('hit', { key, tier: tier.name, freshness: 'fresh' })
  }

  /** What `getSync` finds below the first tier; counts the misses on the way. */
  #getSyncBelow(key: string): unknown {
    for (const tier of this.#tiers) {
      if (!(tier instanceof SyncTierAccess)) continue
      const value = tier === this.#first ? MISS : tier.getFresh(key, this.#clock.now())
      if (value !== MISS) {
        this.#recorder.hit(key, tier.tier.name, 'fresh')
        return value
      }
      tier.counters.misses++
    }
    this.#recorder.miss(key)
    return undefined
  }

  async #close(): Promise<void> {
    const parts = {
      clock: this.#clock,
      work: this.#work,
      writers: this.#writers,
      through: this.#through,
      link: this.#link,
      bus: this.#bus,
      offs: this.#offs,
    }
    await closeParts(parts, this.#closeTimeoutMs, new CacheClosedError(this.name))
    this.#hotTime.close()
  }

  #owned<T>(work: Promise<T>): Promise<T> {
    this.#work.own(work)
    return work
  }

  #assertUsable(key: unknown): asserts key is string {
    this.#assertOpen()
    assertKey(key)
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new CacheClosedError(this.name)
  }
}

/** A third party's tier may fail even at that; the counters are right all the same. */
function measureOf(tier: Tier): TierMeasure | undefined {
  try {
    return tier.measure?.()
  } catch {
    return undefined
  }
}
