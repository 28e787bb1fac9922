import { assertFunction, iterable, pair } from './arguments.ts'
import type { CacheCore } from './cache-core.ts'
import type { CacheLife } from './cache-life.ts'
import { BatchLoad, type BatchLoader, type BatchResult, resultOf } from './core/batch-load.ts'
import { untilAborted } from './core/caller-signal.ts'
import { freshEntries } from './core/entries.ts'
import { explanation } from './core/explanation.ts'
import type { HotTier } from './core/hot-tier.ts'
import type { HotTime } from './core/hot-time.ts'
import { type EntryInfo, holdsFresh, inspect } from './core/inspect.ts'
import type { LoadCall } from './core/load-call.ts'
import type { Loader } from './core/loader.ts'
import type { ReadThrough } from './core/read-through.ts'
import { skippedBoth, type SkippedTiers, skippedTiers } from './core/skipped-tiers.ts'
import { SyncTierAccess } from './core/sync-tier-access.ts'
import { type Acknowledged, allReached } from './core/write.ts'
import type { Clock } from './clock.ts'
import { jittered, makeEntry } from './entry.ts'
import type { Freshnesses } from './freshness-options.ts'
import { assertKey } from './key.ts'
import type { Keyspace } from './keyspace.ts'
import {
  type InvalidateOptions,
  type LoadOptions,
  type ReadOptions,
  resolveInvalidateOptions,
  resolveLoadOptions,
  resolveReadOptions,
  resolveWriteOptions,
  type WrapOptions,
  type WriteOptions,
} from './options.ts'
import { assertTags } from './tag.ts'
import type { EventListeners } from './telemetry/events.ts'
import { type MaybePromise, MISS } from './tiers/tier.ts'
import { type Wrapped, wrapped, type WrappedCache } from './wrapped.ts'

/** Read by every hit: a binding of another file is looked up at each use, one of this file is a constant to the compiler. */
const NOT_HERE: typeof MISS = MISS
const NO_OPTIONS: LoadOptions = {}

/** What a load gives: a value of the cache's type, whoever loaded it; of the loader's, where the cache has none. */
export type Loaded<V, T> = unknown extends V ? T : undefined extends T ? V | undefined : V

/** What a call of `getOrSet` wants. */
interface Wanted {
  readonly options: LoadOptions
  readonly freshness: Freshnesses
  /** The tags that the caller names, as the tiers know them. */
  readonly named: readonly string[] | undefined
  readonly skipped: SkippedTiers | undefined
  /** Whether what the first tier holds will do. */
  readonly isHeldGood: boolean
  /** Whether that may have to be refreshed. */
  readonly isAhead: boolean
}

/** What a write wants, with the tiers that do not get the value. */
interface ResolvedWrite {
  readonly freshness: Freshnesses
  readonly skipped: SkippedTiers['write'] | undefined
}

/** A synchronous tier, and the path of its hits. */
interface SyncTier {
  readonly access: SyncTierAccess
  readonly hot: HotTier
}

/** What can be done with keys, in a cache or in one namespace of it. */
export class CacheVerbs<V = unknown> {
  readonly #core: CacheCore
  readonly #space: Keyspace
  readonly #through: ReadThrough
  // What a hit reads, at hand without a detour.
  readonly #life: CacheLife
  readonly #clock: Clock
  readonly #hotTime: HotTime
  readonly #events: EventListeners
  readonly #syncTiers: readonly SyncTier[]
  readonly #first: HotTier | undefined
  readonly #firstName: string
  /** Of a call without options. */
  readonly #usual: Wanted

  /** @internal */
  constructor(core: CacheCore, space: Keyspace) {
    this.#core = core
    this.#space = space
    this.#through = core.through
    this.#life = core.life
    this.#clock = core.clock
    this.#hotTime = core.hotTime
    this.#events = core.recorder.events
    const { tiers } = core.lookup
    this.#syncTiers = tiers
      .filter((tier) => tier instanceof SyncTierAccess)
      .map((access) => ({ access, hot: access.hot(space.prefix) }))
    this.#first = tiers[0] instanceof SyncTierAccess ? this.#syncTiers[0]?.hot : undefined
    this.#firstName = tiers[0]!.tier.name
    this.#usual = this.#wantedOf(NO_OPTIONS)
  }

  /** The fresh value, or `undefined`. A stale value is a miss here: serving it takes a loader (`getOrSet`). */
  async get<T extends V = V>(key: string, options?: ReadOptions): Promise<T | undefined> {
    this.#life.assertOpen()
    if (options !== undefined) return (await this.#getWith(key, options)) as T | undefined
    const value = this.#getHot(key, undefined)
    if (value !== NOT_HERE) return value as T
    assertKey(key)
    // Awaited here: a promise that an async function returns takes two more turns of the queue.
    return (await this.#through.get(this.#space.keyOf(key), this.#space.tags)) as T | undefined
  }

  /** The value if a synchronous tier holds it fresh, else `undefined`: the path of a memory hit, without a promise. */
  getSync<T extends V = V>(key: string): T | undefined {
    this.#life.assertOpen()
    const value = this.#getHot(key, undefined)
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
  getOrSet<T extends V | undefined>(key: string, loader: Loader<V, T>, options?: LoadOptions): Promise<Loaded<V, T>> {
    // No async function: the object of its call costs as much as the rest of a hit.
    try {
      this.#life.assertOpen()
      assertFunction('loader', loader)
      const wanted = options === undefined ? this.#usual : this.#wantedOf(options)
      const value = wanted.isHeldGood ? this.#getHot(key, wanted.named) : MISS
      if (value !== NOT_HERE && !wanted.isAhead) return Promise.resolve(value as Loaded<V, T>)
      assertKey(key)
      return this.#load({ ...this.#callOf(wanted), key: this.#space.keyOf(key), userKey: key, loader }, value)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * Stores a value in every tier. Resolves when each tier has taken it or faulted: afterwards no read on this node gives an
   * older value. Rejects with UnstorableValueError where a tier cannot keep the value; the key is then in no tier.
   */
  async set(key: string, value: V, options?: WriteOptions): Promise<Acknowledged> {
    this.#assertUsable(key)
    if (value === undefined) throw new TypeError('value must not be undefined, which means "not found": use delete')
    const { freshness, skipped } = this.#resolvedWrite(options)
    const { ttlMs, graceMs, jitter } = freshness
    const lifeMs = ttlMs + graceMs
    if (lifeMs === 0) return this.delete(key)
    const { storeTime } = this.#core
    const stored = this.#through.writes.set(this.#space.keyOf(key), {
      lifeMs,
      tags: this.#tagsOf(options?.tags && this.#space.namesOf(options.tags)),
      skipped,
      entryWith: (stamps) =>
        makeEntry(value, storeTime.stamp(), jittered(ttlMs, jitter), graceMs, 0, options?.etag, stamps),
    })
    return this.#owned(stored)
  }

  /** Deletes the key in every tier: afterwards no read on this node gives an older value. */
  async delete(key: string): Promise<Acknowledged> {
    this.#assertUsable(key)
    const stored = this.#space.keyOf(key)
    return this.#owned(this.#through.writes.delete(stored))
  }

  /** Whether a tier holds the key fresh. Counts as no request, hit or miss, and moves nothing. */
  async has(key: string): Promise<boolean> {
    this.#assertUsable(key)
    return holdsFresh(this.#core.lookup, this.#space.keyOf(key))
  }

  /** Empties every tier, of this namespace or of the whole cache. O(1) in Redis. */
  async clear(): Promise<Acknowledged> {
    this.#life.assertOpen()
    return this.#owned(this.#space.clear(this.#through.writes))
  }

  /**
   * What was stored with one of these tags is gone, or stale with `mode: 'expire'`, and what is being loaded with one is stored nowhere:
   * afterwards no read on this node gives it. O(tags), however many entries have them.
   */
  async invalidateTag(tags: string | readonly string[], options?: InvalidateOptions): Promise<Acknowledged> {
    this.#life.assertOpen()
    const mode = resolveInvalidateOptions(options)
    const named = typeof tags === 'string' ? [tags] : tags
    assertTags('tags', named)
    const invalidations = this.#space.namesOf(named).map((tag) => this.#through.writes.invalidate(tag, mode))
    return this.#owned(Promise.all(invalidations).then(allReached))
  }

  /** The fresh values of those keys that have one, in the order of the keys. A tier is read once, for what those above it do not have. */
  async getMany<T extends V = V>(keys: Iterable<string>, options?: ReadOptions): Promise<ReadonlyMap<string, T>> {
    this.#life.assertOpen()
    const signal = resolveReadOptions(options)
    const skipped = skippedBoth(this.#core.lookup.tiers, options?.skipTiers)
    signal?.throwIfAborted()
    const named = options?.tags && this.#space.namesOf(options.tags)
    const hot = (key: string): unknown => (skipped === undefined ? this.#getHot(key, named) : MISS)
    const values = new Map<string, unknown>()
    for (const key of iterable('keys', keys)) if (!values.has(key)) values.set(key, hot(key))
    const missing = [...values.keys()].filter((key) => values.get(key) === NOT_HERE)
    for (const key of missing) assertKey(key)
    const stored = missing.map((key) => this.#space.keyOf(key))
    const reading = missing.length > 0 && this.#through.getMany(stored, this.#tagsOf(named), skipped)
    const read = reading ? await untilAborted(reading, signal) : []
    for (const [at, key] of missing.entries()) values.set(key, read[at])
    for (const [key, value] of values) if (value === undefined) values.delete(key)
    return values as Map<string, T>
  }

  /** Sets all of them at once. */
  async setMany(entries: Iterable<readonly [string, V]>, options?: WriteOptions): Promise<Acknowledged> {
    this.#life.assertOpen()
    this.#resolvedWrite(options)
    const pairs = [...iterable('entries', entries)].map(pair)
    return allReached(await Promise.all(pairs.map(([key, value]) => this.set(key, value, options))))
  }

  /** Deletes all of them at once. */
  async deleteMany(keys: Iterable<string>): Promise<Acknowledged> {
    this.#life.assertOpen()
    return allReached(await Promise.all([...iterable('keys', keys)].map((key) => this.delete(key))))
  }

  /**
   * For each key what `getOrSet` would give; each tier is read once, for what those above it do not have, and `loadMany` is called once for
   * those that have no value, and again for those alone that another node was loading and gave up. Never rejects because of a load: what
   * failed is told by key.
   */
  async getOrSetMany<T extends V = V>(
    keys: Iterable<string>,
    loadMany: BatchLoader<T>,
    options?: LoadOptions,
  ): Promise<BatchResult<T>> {
    this.#life.assertOpen()
    assertFunction('loadMany', loadMany)
    const { isHeldGood, named } = this.#wantedOf(options)
    const unique = [...new Set(iterable('keys', keys))]
    for (const key of unique) assertKey(key)
    const { load } = new BatchLoad(loadMany)
    if (isHeldGood) {
      const stored = unique.map((key) => this.#space.keyOf(key))
      this.#through.readAhead(stored, this.#tagsOf(named))
    }
    const loaded = await Promise.allSettled(unique.map((key) => this.getOrSet(key, load as Loader<V, V>, options)))
    options?.signal?.throwIfAborted()
    return resultOf<T>(unique, loaded)
  }

  /** `fn` memoised: called with the same key it is answered from the cache, and runs once however many wait. */
  wrap<A extends readonly unknown[], T extends V | undefined>(
    fn: (...args: A) => MaybePromise<T>,
    // From `fn` alone: a key that leaves out the last arguments takes none from it.
    options: NoInfer<WrapOptions<A>>,
  ): Wrapped<A, Loaded<V, T>> {
    const cache: WrappedCache<Loaded<V, T>> = {
      getOrSet: (key, loader, load) => this.getOrSet<T>(key, loader as Loader<V, T>, load),
      delete: (key) => this.delete(key),
      assertLoadOptions: (load) => void this.#wantedOf(load),
    }
    return wrapped(cache, fn, options)
  }

  /** Where an entry is and how long it lives, or `undefined`. Counts as no request, hit or miss, and moves nothing. */
  async entry(key: string): Promise<EntryInfo | undefined> {
    this.#assertUsable(key)
    const info = await inspect(this.#core.lookup, this.#space.keyOf(key))
    return info && { ...info, key, tags: this.#space.shownTags(info.tags) }
  }

  /** Where a key is, in words for people: each tier, what a read would do, and when that changes. Holds no value. As `entry`. */
  async explain(key: string): Promise<string> {
    this.#assertUsable(key)
    const shownTags = (tags: readonly string[]): readonly string[] => this.#space.shownTags(tags)
    const stored = this.#space.keyOf(key)
    return explanation(this.#core.lookup, stored, { key, shownTags }, this.#through.troubleOf(stored))
  }

  /**
   * Keys and fresh values of those tiers that can tell what they hold, such as memory; Redis is never listed. In no order; what changes
   * meanwhile may be there or not. The cache itself leaves out what is in namespaces.
   */
  entries(): AsyncIterable<readonly [string, V]> {
    this.#life.assertOpen()
    return this.#entries()
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly [string, V]> {
    return this.entries()[Symbol.asyncIterator]()
  }

  #wantedOf(options: LoadOptions = NO_OPTIONS): Wanted {
    const freshness = resolveLoadOptions(options, this.#core.freshness)
    const { signal, skipTiers, tags } = options
    const skipped = skipTiers && skippedTiers(this.#core.lookup.tiers, 'skipTiers', skipTiers)
    signal?.throwIfAborted()
    const named = tags && this.#space.namesOf(tags)
    const isHeldGood = options.forceRefresh !== true && skipped === undefined
    return { options, freshness, named, skipped, isHeldGood, isAhead: freshness.refreshAhead !== undefined }
  }

  #resolvedWrite(options: WriteOptions | undefined): ResolvedWrite {
    const freshness = resolveWriteOptions(options, this.#core.freshness)
    return { freshness, skipped: skippedBoth(this.#core.lookup.tiers, options?.skipTiers)?.write }
  }

  #callOf({ options, freshness, named, skipped }: Wanted): Omit<LoadCall, 'key' | 'userKey' | 'loader'> {
    const { signal, forceRefresh: isForced = false, whenAbandoned } = options
    return { freshness, tags: this.#tagsOf(named), skipped, signal, isForced, isKept: whenAbandoned === 'continue' }
  }

  /** What an entry is stored with: what the caller names, and what all of the space have. */
  #tagsOf(named: readonly string[] | undefined): readonly string[] {
    return named === undefined ? this.#space.tags : this.#space.withOwn(named)
  }

  /** `held` is what the first tier holds, and what the caller gets where it is only to be refreshed. */
  #load<T>(call: LoadCall, held: unknown): Promise<T> {
    if (held === MISS) {
      const loaded = this.#owned(this.#through.getOrLoad(call)) as Promise<T>
      return call.signal === undefined ? loaded : untilAborted(loaded, call.signal)
    }
    this.#through.refreshAhead(call)
    return Promise.resolve(held as T)
  }

  async #getWith(key: string, options: ReadOptions): Promise<unknown> {
    const signal = resolveReadOptions(options)
    const skipped = skippedBoth(this.#core.lookup.tiers, options.skipTiers)
    signal?.throwIfAborted()
    const named = options.tags && this.#space.namesOf(options.tags)
    const value = skipped === undefined ? this.#getHot(key, named) : MISS
    if (value !== NOT_HERE) return value
    assertKey(key)
    const [stored, tags] = [this.#space.keyOf(key), this.#tagsOf(named)]
    if (skipped === undefined) return untilAborted(this.#through.get(stored, tags), signal)
    return (await untilAborted(this.#through.getMany([stored], tags, skipped), signal))[0]
  }

  async *#entries(): AsyncGenerator<readonly [string, V], void> {
    for await (const [stored, value] of freshEntries(this.#core.lookup)) {
      const key = this.#space.userKeyOf(stored)
      if (key !== undefined) yield [key, value as V]
    }
  }

  /**
   * The path of a memory hit: no closure, no object, no promise, and no look at the key: who hits has one that was looked at when
   * it was set.
   */
  #getHot(key: string, tags: readonly string[] | undefined): unknown {
    const first = this.#first
    if (first === undefined) return MISS
    let value = first.getFresh(key, this.#hotTime.horizon(), tags)
    if (value === NOT_HERE && this.#hotTime.isAhead) value = first.getFresh(key, this.#clock.now(), tags)
    if (value !== NOT_HERE && this.#events.hearsHits) this.#tellHotHit(key)
    return value
  }

  #tellHotHit(key: string): void {
    this.#core.recorder.hotHit(this.#space.keyOf(key), this.#firstName)
  }

  /** What `getSync` finds below the first tier; counts the misses on the way. */
  #getSyncBelow(key: string): unknown {
    const [stored, now] = [this.#space.keyOf(key), this.#clock.now()]
    for (const { access, hot } of this.#syncTiers) {
      const value = hot === this.#first ? MISS : hot.getFresh(key, now, undefined)
      if (value !== MISS) {
        this.#core.recorder.hit(stored, access.tier.name, 'fresh')
        return value
      }
      access.counters.misses++
    }
    this.#core.recorder.miss(stored)
    return undefined
  }

  #owned<T>(work: Promise<T>): Promise<T> {
    this.#core.work.own(work)
    return work
  }

  #assertUsable(key: unknown): asserts key is string {
    this.#life.assertOpen()
    assertKey(key)
  }
}
