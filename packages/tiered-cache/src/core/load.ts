import type { Clock } from '../clock.ts'
import { type Entry, makeEntry } from '../entry.ts'
import { type Flight, SingleFlight } from '../flight/single-flight.ts'
import type { OwnedWork } from './owned-work.ts'
import { type Loader, LoaderCall } from './loader.ts'
import type { StoreTime } from './store-time.ts'
import type { TierAccess } from './tier-access.ts'

/** What a load came to. `void`: the value is right for those who waited, but was stored nowhere. */
export interface LoadFact {
  readonly key: string
  readonly durationMs: number
  readonly outcome: 'stored' | 'void' | 'failed'
  readonly value: unknown
  readonly error: unknown
}

/** What to load and how long to keep it. */
export interface LoadRequest {
  readonly key: string
  readonly loader: Loader<never, unknown>
  readonly stale: Entry | undefined
  readonly ttlMs: number
  readonly graceMs: number
  readonly hardTimeoutMs: number
}

/** What the loads of one cache work on. */
export interface LoadSetting {
  readonly tiers: readonly TierAccess[]
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  /** Whether a write to the key is under way: then a loaded value may be older than it. */
  readonly isWriting: (key: string) => boolean
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

  constructor(setting: LoadSetting) {
    this.#setting = setting
  }

  joinable(key: string): Flight<LoadFact> | undefined {
    const flight = this.#flights.joinable(key)
    if (flight === undefined) return undefined
    const freshUntil = this.#freshUntil.get(flight) ?? Infinity
    return this.#setting.clock.now() < freshUntil ? flight : undefined
  }

  /** Begins a load in the place of any other. Its promise never rejects. */
  begin(request: LoadRequest): Flight<LoadFact> {
    const flight = this.#flights.begin(request.key, (own) => this.#load(request, own))
    this.#setting.work.own(flight.promise)
    return flight
  }

  void(key: string): void {
    this.#flights.void(key)
  }

  voidAll(): void {
    this.#flights.voidAll()
  }

  abortAll(reason: unknown): void {
    for (const call of this.#calls) call.abort(reason)
  }

  async #load(request: LoadRequest, flight: Flight<LoadFact>): Promise<LoadFact> {
    const { key, loader, stale, hardTimeoutMs } = request
    const { clock } = this.#setting
    const call = new LoaderCall(key, stale)
    const started = clock.monotonic()
    this.#calls.add(call)
    try {
      const value = await call.run(loader, hardTimeoutMs, clock)
      const durationMs = clock.monotonic() - started
      const outcome = this.#store(request, value, durationMs, flight)
      return { key, durationMs, outcome, value, error: undefined }
    } catch (error) {
      this.#flights.end(key, flight)
      return { key, durationMs: clock.monotonic() - started, outcome: 'failed', value: undefined, error }
    } finally {
      this.#calls.delete(call)
    }
  }

  /** Asks once more whether the flight is void: between this and the synchronous tiers there is no await. */
  #store(request: LoadRequest, value: unknown, loadMs: number, flight: Flight<LoadFact>): 'stored' | 'void' {
    const { key, ttlMs, graceMs, stale } = request
    const { tiers, storeTime, work, isWriting, forget } = this.#setting
    const isVoid = flight.void || isWriting(key)
    if (isVoid || value === undefined || ttlMs + graceMs === 0) {
      this.#flights.end(key, flight)
      if (!isVoid && value === undefined && stale !== undefined) forget(key)
      return 'void'
    }
    const entry = makeEntry(value, storeTime.stamp(), ttlMs, graceMs, loadMs)
    const stores = tiers.map((tier) => tier.fill(key, entry)).filter((stored) => stored instanceof Promise)
    this.#freshUntil.set(flight, entry.staleAt)
    work.own(this.#endAfter(key, flight, stores))
    return 'stored'
  }

  async #endAfter(key: string, flight: Flight<LoadFact>, stores: readonly Promise<void>[]): Promise<void> {
    await Promise.all(stores)
    this.#flights.end(key, flight)
  }
}
