import type { Clock } from '../clock.ts'
import { type Entry, jittered, makeEntry, type TagStamp } from '../entry.ts'
import { type Flight, SingleFlight } from '../flight/single-flight.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import { backfill } from './backfill.ts'
import type { Generations } from './generation.ts'
import { HeldGenerations } from './held-generations.ts'
import type { Lease, Leases } from './leases.ts'
import { type LoadedValue, type Loader, LoaderCall } from './loader.ts'
import type { OwnedWork } from './owned-work.ts'
import type { SkippedTiers } from './skipped-tiers.ts'
import type { StampSource } from './stamp-source.ts'
import type { StoreTime } from './store-time.ts'
import type { TierAccess } from './tier-access.ts'
import { stampKeys } from './tags/stamp-keys.ts'
import { Waiters } from './waiters.ts'

/**
 * What a load came to. `void`: the value is right for those who waited, but was stored nowhere. `present`: another node had filled
 * the key, and nothing was loaded. `busy`: another node is loading, and a stale value is there meanwhile; there is no value here.
 */
export interface LoadFact {
  readonly key: string
  readonly durationMs: number
  readonly outcome: 'stored' | 'void' | 'failed' | 'present' | 'busy'
  readonly value: unknown
  readonly error: unknown
}

/** What to load and how long to keep it. */
export interface LoadRequest {
  readonly key: string
  /** As the loader is to know it. */
  readonly userKey: string
  readonly loader: Loader<never, unknown>
  readonly stale: Entry | undefined
  /** The stale entry as the shared tier gave it. */
  readonly seen: Entry | undefined
  readonly tags: readonly string[]
  readonly skipped: SkippedTiers | undefined
  readonly isForced: boolean
  readonly ttlMs: number
  readonly graceMs: number
  readonly negativeTtlMs: number
  /** The fraction of the ttl that chance may take off. */
  readonly jitter: number
  readonly hardTimeoutMs: number
}

/** What the loads of one cache work on. */
export interface LoadSetting {
  readonly tiers: readonly TierAccess[]
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly generations: Generations
  /** Where a tier gives out leases: one load over all nodes. */
  readonly leases: Leases | undefined
  readonly stamps: StampSource
  /** A loader is about to run. */
  readonly loading: (isRefresh: boolean) => void
  /** A value is about to be stored. */
  readonly stored: (key: string) => void
  /** A load has found nothing to store in the place of a stale value. */
  readonly forget: (key: string) => void
}

/**
 * The loads under way, one per key. A load ends for its callers as soon as the value is there and the synchronous tiers
 * hold it; the flight can be joined until the other tiers have taken it too.
 */
export class Loads {
  readonly #setting: LoadSetting
  readonly #flights = new SingleFlight<LoadFact>()
  readonly #calls = new Set<LoaderCall>()
  readonly #loads = new WeakMap<Flight<LoadFact>, LoadUnderWay>()
  /** Those that hold a lease. */
  readonly #leased = new Set<LoadUnderWay>()
  #closed: { readonly reason: unknown } | undefined

  constructor(setting: LoadSetting) {
    this.#setting = setting
  }

  /** Not one that knows nothing of some of the tags: they may have been invalidated since it began. */
  joinable(key: string, tags: readonly string[]): Flight<LoadFact> | undefined {
    const flight = this.#flights.joinable(key)
    const load = flight && this.#loads.get(flight)
    // One that was abandoned is about to fail: that is nothing for who comes now.
    if (load === undefined || load.abandoned !== undefined) return undefined
    if (tags.length > 0 && !tags.every((tag) => load.request.tags.includes(tag))) return undefined
    return this.#setting.clock.now() < load.freshUntil ? flight : undefined
  }

  /** Begins a load in the place of any other. Its promise never rejects. */
  begin(request: LoadRequest): Flight<LoadFact> {
    const { key, tags } = request
    const generation = new HeldGenerations(this.#setting.generations, [key, ...stampKeys(tags)])
    const flight = this.#flights.begin(key, generation, (own) => {
      const load = new LoadUnderWay(request, generation, own)
      this.#loads.set(own, load)
      return this.#take(load)
    })
    this.#setting.work.own(flight.promise)
    return flight
  }

  /** Whether all who waited for the load have left: how it ends says nothing of its key. */
  isAbandoned(flight: Flight<LoadFact>): boolean {
    return this.#loads.get(flight)?.abandoned !== undefined
  }

  /** Somebody waits for the load, or it is for the cache. When the last who can leave has done so, it is aborted. */
  wait(flight: Flight<LoadFact>, signal: AbortSignal | undefined, isKept: boolean): void {
    const waiters = this.#loads.get(flight)?.waiters
    if (isKept || signal === undefined) waiters?.keep()
    else waiters?.add(signal)
  }

  /** What is under way was voided: nobody is to wait for what it will not store. */
  releaseVoid(): void {
    for (const load of this.#leased) {
      if (!load.generation.isVoid) continue
      this.#leased.delete(load)
      load.lease?.release()
    }
  }

  /** Aborts the loads under way; those begun later fail with `reason` at once. */
  close(reason: unknown): void {
    this.#closed = { reason }
    this.#setting.leases?.close()
    for (const call of this.#calls) call.abort(reason)
  }

  /** Takes the lease, where there are leases, and loads unless another node has. */
  async #take(load: LoadUnderWay): Promise<LoadFact> {
    const { leases } = this.#setting
    const { key } = load.request
    try {
      if (leases === undefined) return await this.#run(load, undefined)
      const taken = await leases.take({ ...load.request, isWanted: () => load.abandoned === undefined })
      if (taken.state === 'granted' || taken.state === 'unanswered') {
        load.lease = taken.lease
        this.#leased.add(load)
        if (load.generation.isVoid) this.releaseVoid()
        return await this.#run(load, taken.lease)
      }
      if (taken.state === 'present') this.#fillAbove(leases, load, taken.entry)
      this.#end(load)
      const value = taken.state === 'present' ? taken.entry.value : undefined
      return { key, durationMs: 0, outcome: taken.state, value, error: undefined }
    } catch (error) {
      this.#end(load)
      return { key, durationMs: 0, outcome: 'failed', value: undefined, error }
    } finally {
      load.waiters.end()
    }
  }

  /** Never rejects. */
  async #run(load: LoadUnderWay, lease: Lease | undefined): Promise<LoadFact> {
    const { key, userKey, loader, stale, tags, ttlMs, graceMs, hardTimeoutMs } = load.request
    const { clock, loading, stamps } = this.#setting
    const call = new LoaderCall(userKey, stale)
    let started = clock.monotonic()
    this.#calls.add(call)
    try {
      const captured = stamps.capture(tags, ttlMs + graceMs)
      load.stamps = captured instanceof Promise ? await captured : captured
      started = clock.monotonic()
      if (this.#closed !== undefined) throw this.#closed.reason
      if (load.abandoned !== undefined) throw load.abandoned.reason
      load.call = call
      loading(stale !== undefined)
      const loaded = await call.run(loader, hardTimeoutMs, clock)
      const durationMs = clock.monotonic() - started
      const outcome = this.#store(load, loaded, durationMs, lease)
      return { key, durationMs, outcome, value: loaded.value, error: undefined }
    } catch (error) {
      lease?.release()
      this.#end(load)
      return { key, durationMs: clock.monotonic() - started, outcome: 'failed', value: undefined, error }
    } finally {
      this.#calls.delete(call)
    }
  }

  /** What another node has loaded is found in the shared tier: those above it take it, as after a read. */
  #fillAbove({ tier }: Leases, { request, generation }: LoadUnderWay, entry: Entry): void {
    const { tiers, work } = this.#setting
    if (this.#closed !== undefined || !generation.mayStore) return
    backfill(tiers, { entry, depth: tiers.indexOf(tier), freshness: 'fresh' }, request.key, work)
  }

  /** Asks once more whether the load is void: between this and the synchronous tiers there is no await. */
  #store(load: LoadUnderWay, loaded: LoadedValue, loadMs: number, lease: Lease | undefined): 'stored' | 'void' {
    const { request, generation, stamps } = load
    const { key, stale } = request
    const { tiers, storeTime, work, leases, forget } = this.#setting
    const mayStore = this.#closed === undefined && generation.mayStore
    const { ttlMs, graceMs } = lifeOf(loaded, request)
    if (!mayStore || stamps === undefined || !loaded.isStored || ttlMs + graceMs === 0) {
      lease?.release()
      this.#end(load)
      // What it was to replace, or what it was not to see, is not the newest any more.
      if (mayStore && loaded.isStored && (stale !== undefined || this.#hasPassedBy(request))) forget(key)
      return 'void'
    }
    const entry = makeEntry(loaded.value, storeTime.stamp(), ttlMs, graceMs, loadMs, loaded.etag, stamps)
    const stores = tiers
      .map((tier) => {
        const own = tier === leases?.tier ? lease : undefined
        if (request.skipped?.write.has(tier) === true) return skip(tier, key, own)
        return own === undefined ? tier.fill(key, entry) : own.fill(entry)
      })
      .filter((stored) => stored instanceof Promise)
    this.#setting.stored(key)
    this.#setting.stamps.keep(stamps, ttlMs + graceMs)
    load.freshUntil = entry.staleAt
    work.own(this.#endAfter(load, stores))
    return 'stored'
  }

  /** Whether there may be a value that the caller did not want: without a tag of his, ended by a tag, or in a tier that he skipped. */
  #hasPassedBy({ key, seen, skipped }: LoadRequest): boolean {
    if (seen !== undefined || skipped !== undefined) return true
    const { tiers, clock } = this.#setting
    return tiers.some((access) => {
      const held = access.tier.sync ? (access.peek(key) as Entry | undefined) : undefined
      return held !== undefined && clock.now() < held.expiresAt
    })
  }

  async #endAfter(load: LoadUnderWay, stores: readonly Promise<unknown>[]): Promise<void> {
    await Promise.allSettled(stores)
    this.#end(load)
  }

  #end(load: LoadUnderWay): void {
    const { request, generation, flight } = load
    this.#leased.delete(load)
    this.#flights.end(request.key, flight)
    generation.release()
  }
}

/** One load, from its beginning until the tiers have taken its value. */
class LoadUnderWay {
  readonly request: LoadRequest
  /** Of its key and its tags. */
  readonly generation: HeldGenerations
  readonly flight: Flight<LoadFact>
  readonly waiters: Waiters = new Waiters((reason) => this.#abandon(reason))
  /** As they were before its loader ran; `undefined` where nothing can be stored with them. */
  stamps: readonly TagStamp[] | undefined
  lease: Lease | undefined
  /** Once the loader runs. */
  call: LoaderCall | undefined
  abandoned: { readonly reason: unknown } | undefined
  /** Until when its value is fresh, where it is only being stored any more. */
  freshUntil = Infinity

  constructor(request: LoadRequest, generation: HeldGenerations, flight: Flight<LoadFact>) {
    this.request = request
    this.generation = generation
    this.flight = flight
  }

  #abandon(reason: unknown): void {
    this.abandoned = { reason }
    this.call?.abort(reason)
  }
}

/** Nobody is to read an older value in a tier that does not get this one. */
function skip(tier: TierAccess, key: string, lease: Lease | undefined): MaybePromise<boolean> {
  lease?.release()
  return tier.delete(key)
}

/** What is not found is never served stale: a new look is due then. */
function lifeOf({ value, ttlMs, graceMs }: LoadedValue, request: LoadRequest): { ttlMs: number; graceMs: number } {
  const isFound = value !== undefined
  const wholeMs = ttlMs ?? (isFound ? request.ttlMs : request.negativeTtlMs)
  return { ttlMs: jittered(wholeMs, request.jitter), graceMs: isFound ? (graceMs ?? request.graceMs) : 0 }
}
