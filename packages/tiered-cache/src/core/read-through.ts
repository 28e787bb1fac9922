import type { Clock } from '../clock.ts'
import type { Entry, Freshness } from '../entry.ts'
import type { Flight } from '../flight/single-flight.ts'
import type { Freshnesses } from '../options.ts'
import { backfill } from './backfill.ts'
import { type LoadFact, Loads } from './load.ts'
import type { Loader } from './loader.ts'
import { type Found, lookupSync } from './lookup.ts'
import type { OwnedWork } from './owned-work.ts'
import { Reads } from './reads.ts'
import { RefreshCooldown } from './refresh-cooldown.ts'
import type { StoreTime } from './store-time.ts'
import type { TierAccess } from './tier-access.ts'
import { deleteEverywhere, UnfinishedWrites } from './write.ts'

/** What reading through the tiers came to, told as it happens. Told once per request: `hit` or `miss`. */
interface ReadReport {
  hit(key: string, tier: string, freshness: Freshness): void
  miss(key: string): void
  coalesced(): void
  loading(isRefresh: boolean): void
  loaded(fact: LoadFact): void
}

/** What the reads of one cache work on. */
export interface ReadThroughSetting {
  readonly tiers: readonly TierAccess[]
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly report: ReadReport
}

/**
 * The path of a read: synchronous tiers, then one shared read of the others, then one shared load; stale entries are served
 * while one refresh runs. What is invalidated meanwhile goes to those who wait for it and is stored nowhere.
 */
export class ReadThrough {
  readonly #setting: ReadThroughSetting
  readonly #syncTop: readonly TierAccess[]
  readonly #writes = new UnfinishedWrites()
  readonly #reads: Reads
  readonly #loads: Loads
  readonly #cooldown = new RefreshCooldown()
  readonly #refreshing = new Set<string>()

  constructor(setting: ReadThroughSetting) {
    this.#setting = setting
    const firstAsync = setting.tiers.findIndex(({ tier }) => !tier.sync)
    const from = firstAsync === -1 ? setting.tiers.length : firstAsync
    const isWriting = (key: string): boolean => this.#writes.has(key)
    this.#syncTop = setting.tiers.slice(0, from)
    this.#reads = new Reads({ ...setting, from, isWriting })
    const forget = (key: string): void => {
      setting.work.own(this.writing(key, () => deleteEverywhere(setting.tiers, key)))
    }
    this.#loads = new Loads({ ...setting, isWriting, forget })
  }

  /** The fresh value, or `undefined`. */
  async get(key: string): Promise<unknown> {
    const held = this.#readSync(key)
    const found = held?.freshness === 'fresh' ? held : await this.#readBelow(key)
    if (found?.freshness === 'fresh') return this.#hit(key, found)
    this.#setting.report.miss(key)
    return undefined
  }

  /** The fresh or stale value, else what the loader gives. Rejects with the loader's own error. */
  async getOrLoad(key: string, loader: Loader<never, unknown>, freshness: Freshnesses): Promise<unknown> {
    const held = this.#readSync(key)
    if (held !== undefined) return this.#serve(key, held, loader, freshness)
    const joinable = this.#loads.joinable(key)
    if (joinable !== undefined) return this.#join(key, joinable)
    const found = (await this.#readBelow(key)) ?? this.#readAgain(key)
    if (found !== undefined) return this.#serve(key, found, loader, freshness)
    const late = this.#loads.joinable(key)
    if (late !== undefined) return this.#join(key, late)
    this.#setting.report.miss(key)
    return valueOf(await this.#load(key, loader, freshness, undefined, false))
  }

  /** Runs `write` such that no read or load begun before its end stores what it got. */
  async writing<T>(key: string, write: () => Promise<T>): Promise<T> {
    this.#writes.begin(key)
    this.#voidKey(key)
    try {
      return await write()
    } finally {
      this.#writes.end(key)
      this.#voidKey(key)
    }
  }

  /** The same for all keys at once. */
  async writingAll<T>(write: () => Promise<T>): Promise<T> {
    this.#voidAll()
    try {
      return await write()
    } finally {
      this.#voidAll()
    }
  }

  abortLoads(reason: unknown): void {
    this.#loads.abortAll(reason)
  }

  #readSync(key: string): Found | undefined {
    const found = lookupSync(this.#syncTop, key, this.#setting.clock)
    if (found !== undefined) backfill(this.#syncTop, found, key, this.#setting.work)
    return found
  }

  async #readBelow(key: string): Promise<Found | undefined> {
    return this.#syncTop.length === this.#setting.tiers.length ? undefined : this.#reads.read(key)
  }

  /** Another caller's load may have ended while this one read the lower tiers. */
  #readAgain(key: string): Found | undefined {
    for (const [depth, tier] of this.#syncTop.entries()) {
      const entry = tier.peek(key) as Entry | undefined
      if (entry !== undefined && this.#setting.clock.now() < entry.staleAt) return { entry, depth, freshness: 'fresh' }
    }
    return undefined
  }

  #serve(key: string, found: Found, loader: Loader<never, unknown>, freshness: Freshnesses): unknown {
    if (found.freshness === 'stale') this.#refresh(key, found, loader, freshness)
    return this.#hit(key, found)
  }

  #hit(key: string, found: Found): unknown {
    this.#setting.report.hit(key, this.#setting.tiers[found.depth]!.tier.name, found.freshness)
    return found.entry.value
  }

  async #join(key: string, flight: Flight<LoadFact>): Promise<unknown> {
    this.#setting.report.miss(key)
    this.#setting.report.coalesced()
    return valueOf(await flight.promise)
  }

  #load(
    key: string,
    loader: Loader<never, unknown>,
    freshness: Freshnesses,
    stale: Entry | undefined,
    isRefresh: boolean,
  ): Promise<LoadFact> {
    this.#setting.report.loading(isRefresh)
    const { promise } = this.#loads.begin({ key, loader, stale, ...freshness })
    const reported = async (): Promise<LoadFact> => {
      const fact = await promise
      this.#setting.report.loaded(fact)
      return fact
    }
    return reported()
  }

  #refresh(key: string, found: Found, loader: Loader<never, unknown>, freshness: Freshnesses): void {
    if (this.#refreshing.has(key) || this.#loads.joinable(key) !== undefined) return
    if (this.#cooldown.isCooling(key, this.#setting.clock.monotonic())) return
    this.#refreshing.add(key)
    this.#setting.work.own(this.#refreshNow(key, found, loader, freshness))
  }

  async #refreshNow(key: string, found: Found, loader: Loader<never, unknown>, freshness: Freshnesses): Promise<void> {
    try {
      // Found in memory: another process may have renewed it below.
      const below = found.depth < this.#syncTop.length ? await this.#readBelow(key) : undefined
      if (below?.freshness === 'fresh' || this.#loads.joinable(key) !== undefined) return
      const fact = await this.#load(key, loader, freshness, found.entry, true)
      if (fact.outcome !== 'failed') this.#cooldown.end(key)
      else this.#cooldown.begin(key, this.#setting.clock.monotonic() + freshness.refreshCooldownMs)
    } finally {
      this.#refreshing.delete(key)
    }
  }

  #voidKey(key: string): void {
    this.#reads.void(key)
    this.#loads.void(key)
    this.#cooldown.end(key)
  }

  #voidAll(): void {
    this.#reads.voidAll()
    this.#loads.voidAll()
  }
}

function valueOf({ outcome, error, value }: LoadFact): unknown {
  if (outcome === 'failed') throw error
  return value
}
