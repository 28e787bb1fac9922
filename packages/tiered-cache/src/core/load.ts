import type { Clock } from '../clock.ts'
import { type Entry, jittered, makeEntry } from '../entry.ts'
import { type Flight, SingleFlight } from '../flight/single-flight.ts'
import { backfill } from './backfill.ts'
import type { Generation, Generations } from './generation.ts'
import type { Lease, Leases } from './leases.ts'
import { type LoadedValue, type Loader, LoaderCall } from './loader.ts'
import type { OwnedWork } from './owned-work.ts'
import type { StoreTime } from './store-time.ts'
import type { TierAccess } from './tier-access.ts'
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
  readonly loader: Loader<never, unknown>
  readonly stale: Entry | undefined
  /** The stale entry as the shared tier gave it. */
  readonly seen: Entry | undefined
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
  /** A loader is about to run. */
  readonly loading: (isRefresh: boolean) => void
  /** The source has nothing under a key of which a stale value is stored. */
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
  /** Until when the value of a flight that is only being stored any more is fresh. */
  readonly #freshUntil = new WeakMap<Flight<LoadFact>, number>()
  readonly #waiting = new WeakMap<Flight<LoadFact>, LoadUnderWay>()
  #closed: { readonly reason: unknown } | undefined

  constructor(setting: LoadSetting) {
    this.#setting = setting
  }

  joinable(key: string): Flight<LoadFact> | undefined {
    const flight = this.#flights.joinable(key)
    // One that was abandoned is about to fail: that is nothing for who comes now.
    if (flight === undefined || this.isAbandoned(flight)) return undefined
    const freshUntil = this.#freshUntil.get(flight) ?? Infinity
    return this.#setting.clock.now() < freshUntil ? flight : undefined
  }

  /** Begins a load in the place of any other. Its promise never rejects. */
  begin(request: LoadRequest): Flight<LoadFact> {
    const generation = this.#setting.generations.hold(request.key)
    const flight = this.#flights.begin(request.key, generation, (own) => {
      const underWay = new LoadUnderWay()
      this.#waiting.set(own, underWay)
      return underWay.during(this.#load(request, generation, own))
    })
    this.#setting.work.own(flight.promise)
    return flight
  }

  /** Whether all who waited for the load have left: how it ends says nothing of its key. */
  isAbandoned(flight: Flight<LoadFact>): boolean {
    return this.#waiting.get(flight)?.abandoned !== undefined
  }

  /** Somebody waits for the load, or it is for the cache. When the last who can leave has done so, it is aborted. */
  wait(flight: Flight<LoadFact>, signal: AbortSignal | undefined, isKept: boolean): void {
    const waiters = this.#waiting.get(flight)?.waiters
    if (isKept || signal === undefined) waiters?.keep()
    else waiters?.add(signal)
  }

  /** Aborts the loads under way; those begun later fail with `reason` at once. */
  close(reason: unknown): void {
    this.#closed = { reason }
    this.#setting.leases?.close()
    for (const call of this.#calls) call.abort(reason)
  }

  async #load(request: LoadRequest, generation: Generation, flight: Flight<LoadFact>): Promise<LoadFact> {
    const { leases } = this.#setting
    if (leases === undefined) return this.#run(request, generation, flight, undefined)
    const { key } = request
    try {
      const underWay = this.#waiting.get(flight)
      const taken = await leases.take({ ...request, isWanted: () => underWay?.abandoned === undefined })
      if (taken.state === 'granted' || taken.state === 'unanswered')
        return await this.#run(request, generation, flight, taken.lease)
      if (taken.state === 'present') this.#fillAbove(leases, key, taken.entry, generation)
      this.#end(key, generation, flight)
      const value = taken.state === 'present' ? taken.entry.value : undefined
      return { key, durationMs: 0, outcome: taken.state, value, error: undefined }
    } catch (error) {
      this.#end(key, generation, flight)
      return { key, durationMs: 0, outcome: 'failed', value: undefined, error }
    }
  }

  async #run(
    request: LoadRequest,
    generation: Generation,
    flight: Flight<LoadFact>,
    lease: Lease | undefined,
  ): Promise<LoadFact> {
    const { key, loader, stale, hardTimeoutMs } = request
    const { clock, loading } = this.#setting
    const call = new LoaderCall(key, stale)
    const started = clock.monotonic()
    this.#calls.add(call)
    const underWay = this.#waiting.get(flight)
    try {
      if (this.#closed !== undefined) throw this.#closed.reason
      if (underWay?.abandoned !== undefined) throw underWay.abandoned.reason
      if (underWay !== undefined) underWay.call = call
      loading(stale !== undefined)
      const loaded = await call.run(loader, hardTimeoutMs, clock)
      const durationMs = clock.monotonic() - started
      const outcome = this.#store(request, loaded, durationMs, generation, flight, lease)
      return { key, durationMs, outcome, value: loaded.value, error: undefined }
    } catch (error) {
      lease?.release()
      this.#end(key, generation, flight)
      return { key, durationMs: clock.monotonic() - started, outcome: 'failed', value: undefined, error }
    } finally {
      this.#calls.delete(call)
    }
  }

  /** What another node has loaded is found in the shared tier: those above it take it, as after a read. */
  #fillAbove({ tier }: Leases, key: string, entry: Entry, generation: Generation): void {
    const { tiers, work, generations } = this.#setting
    if (this.#closed !== undefined || !generations.mayStore(key, generation)) return
    backfill(tiers, { entry, depth: tiers.indexOf(tier), freshness: 'fresh' }, key, work)
  }

  /** Asks once more whether the load is void: between this and the synchronous tiers there is no await. */
  #store(
    request: LoadRequest,
    loaded: LoadedValue,
    loadMs: number,
    generation: Generation,
    flight: Flight<LoadFact>,
    lease: Lease | undefined,
  ): 'stored' | 'void' {
    const { key, stale } = request
    const { tiers, storeTime, work, generations, leases, forget } = this.#setting
    const mayStore = this.#closed === undefined && generations.mayStore(key, generation)
    const { ttlMs, graceMs } = lifeOf(loaded, request)
    if (!mayStore || !loaded.isStored || ttlMs + graceMs === 0) {
      lease?.release()
      this.#end(key, generation, flight)
      if (mayStore && loaded.isStored && loaded.value === undefined && stale !== undefined) forget(key)
      return 'void'
    }
    const entry = makeEntry(loaded.value, storeTime.stamp(), ttlMs, graceMs, loadMs, loaded.etag)
    const stores = tiers
      .map((tier) => (lease !== undefined && tier === leases?.tier ? lease.fill(entry) : tier.fill(key, entry)))
      .filter((stored) => stored instanceof Promise)
    this.#freshUntil.set(flight, entry.staleAt)
    work.own(this.#endAfter(key, generation, flight, stores))
    return 'stored'
  }

  async #endAfter(
    key: string,
    generation: Generation,
    flight: Flight<LoadFact>,
    stores: readonly Promise<void>[],
  ): Promise<void> {
    await Promise.allSettled(stores)
    this.#end(key, generation, flight)
  }

  #end(key: string, generation: Generation, flight: Flight<LoadFact>): void {
    this.#flights.end(key, flight)
    this.#setting.generations.release(key, generation)
  }
}

/** A load that somebody may wait for. */
class LoadUnderWay {
  readonly waiters: Waiters = new Waiters((reason) => this.#abandon(reason))
  /** Once the loader runs. */
  call: LoaderCall | undefined
  abandoned: { readonly reason: unknown } | undefined

  /** The same, and the signals of those who wait are let go at its end. */
  async during<T>(load: Promise<T>): Promise<T> {
    try {
      return await load
    } finally {
      this.waiters.end()
    }
  }

  #abandon(reason: unknown): void {
    this.abandoned = { reason }
    this.call?.abort(reason)
  }
}

/** What is not found is never served stale: a new look is due then. */
function lifeOf({ value, ttlMs, graceMs }: LoadedValue, request: LoadRequest): { ttlMs: number; graceMs: number } {
  const isFound = value !== undefined
  const wholeMs = ttlMs ?? (isFound ? request.ttlMs : request.negativeTtlMs)
  return { ttlMs: jittered(wholeMs, request.jitter), graceMs: isFound ? (graceMs ?? request.graceMs) : 0 }
}
