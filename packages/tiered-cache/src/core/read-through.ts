import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import type { Entry, Freshness } from '../entry.ts'
import type { Flight } from '../flight/single-flight.ts'
import { backfill } from './backfill.ts'
import { BackgroundRefresh } from './background-refresh.ts'
import { Failures } from './failures.ts'
import { type Generation, Generations } from './generation.ts'
import type { Leases } from './leases.ts'
import { type LoadFact, Loads } from './load.ts'
import type { LoadCall } from './load-call.ts'
import { type Found, lookupSync } from './lookup.ts'
import type { OwnedWork } from './owned-work.ts'
import { Reads, type SharedRead } from './reads.ts'
import { isDue, type RefreshAhead } from './refresh-ahead.ts'
import type { StoreTime } from './store-time.ts'
import type { CacheEvents } from '../telemetry/events.ts'
import type { TierAccess } from './tier-access.ts'
import { deleteEverywhere, dropPrivate } from './write.ts'

/** How often a read that a write overtook is made again before the source is asked. */
const REREADS = 3
/** There is no tier to read. */
const NOTHING: SharedRead = { done: Promise.resolve(), found: undefined }

/** What reading through the tiers came to, told as it happens. Told once per request: `hit` or `miss`. */
interface ReadReport {
  hit(key: string, tier: string, freshness: Freshness): void
  miss(key: string): void
  coalesced(): void
  loading(isRefresh: boolean): void
  loaded(fact: CacheEvents['load']): void
}

/** What the reads of one cache work on. */
export interface ReadThroughSetting {
  readonly tiers: readonly TierAccess[]
  /** Those that are told of a write. */
  readonly writers: readonly TierAccess[]
  /** A write of this node begins; the answer is called when it has ended. `undefined` without a bus. */
  readonly writing: (() => () => void) | undefined
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly report: ReadReport
  /** Where a tier gives out leases. */
  readonly leases: Leases | undefined
}

/**
 * The path of a read: synchronous tiers, then one shared read of the others, then one shared load; stale entries are served
 * while one refresh runs. What a write overtakes goes to those who waited for it and is stored nowhere, and nothing is begun
 * on the strength of it.
 */
export class ReadThrough {
  readonly #setting: ReadThroughSetting
  readonly #syncTop: readonly TierAccess[]
  readonly #isAllSync: boolean
  readonly #generations = new Generations()
  readonly #reads: Reads
  readonly #loads: Loads
  readonly #refreshes: BackgroundRefresh
  readonly #failures: Failures

  constructor(setting: ReadThroughSetting) {
    this.#setting = setting
    const firstAsync = setting.tiers.findIndex(({ tier }) => !tier.sync)
    const from = firstAsync === -1 ? setting.tiers.length : firstAsync
    this.#syncTop = setting.tiers.slice(0, from)
    this.#isAllSync = firstAsync === -1
    const generations = this.#generations
    const forget = (key: string): void => {
      setting.work.own(this.writing(key, () => deleteEverywhere(setting.writers, key)))
    }
    this.#reads = new Reads({ ...setting, from, generations })
    const loading = (isRefresh: boolean): void => setting.report.loading(isRefresh)
    this.#loads = new Loads({ ...setting, generations, loading, forget })
    this.#refreshes = new BackgroundRefresh({
      ...setting,
      generations,
      loads: this.#loads,
      readBelow: (key, { depth }) => (depth < from ? this.#readBelow(key) : NOTHING),
      load: (call, stale, seen) => this.#load({ ...call, isKept: true }, stale, seen),
    })
    this.#failures = new Failures(setting.clock)
  }

  /** The fresh value, or `undefined`. */
  async get(key: string): Promise<unknown> {
    const held = this.#readSync(key)
    if (held?.freshness === 'fresh') return this.#hit(key, held)
    const below = this.#readBelow(key)
    await below.done
    return this.#fresh(key, below.found)
  }

  /** The fresh values in the order of the keys, `undefined` for those that have none. */
  async getMany(keys: readonly string[]): Promise<readonly unknown[]> {
    const held = keys.map((key) => this.#readSync(key))
    const below = keys.filter((_, at) => held[at]?.freshness !== 'fresh')
    const read = below.length === 0 || this.#isAllSync ? [] : await this.#reads.readMany(below)
    let next = 0
    return keys.map((key, at) => this.#fresh(key, held[at]?.freshness === 'fresh' ? held[at] : read[next++]))
  }

  /** The fresh or stale value, else what the loader gives. Rejects with the loader's own error. */
  async getOrLoad(call: LoadCall): Promise<unknown> {
    const { key } = call
    if (call.isForced) return this.#loadAnew(call)
    for (let reread = 0; ; reread++) {
      const generation = this.#generations.hold(key)
      try {
        const held = this.#readSync(key)
        if (held !== undefined) return this.#serve(call, held, generation)
        const joinable = this.#loads.joinable(key)
        if (joinable !== undefined) return this.#join(call, joinable)
        const below = this.#readBelow(key)
        await below.done
        if (below.found !== undefined) return this.#serve(call, below.found, generation)
        // Overtaken by a write: what it wrote is there now.
        if (generation.isVoid && reread < REREADS) continue
        return this.#loadFor(call)
      } finally {
        this.#generations.release(key, generation)
      }
    }
  }

  /** Whether it is time to refresh what a synchronous tier holds fresh. */
  isDue(key: string, ahead: RefreshAhead): boolean {
    const found = this.#peekSync(key)
    return found !== undefined && isDue(found.entry, ahead, this.#setting.clock.now())
  }

  /** Refreshes behind the caller what he was given. */
  refreshAhead(call: LoadCall): void {
    const { key } = call
    const found = this.#peekSync(key)
    if (found === undefined) return
    const generation = this.#generations.hold(key)
    void this.#refreshes.begin(call, found, generation)
    this.#generations.release(key, generation)
  }

  /**
   * Runs `write` such that no read or load begun before its end stores what it got. `isNewest` tells whether no later write to
   * the key has begun.
   */
  async writing<T>(key: string, write: (isNewest: () => boolean) => Promise<T>): Promise<T> {
    const ended = this.#setting.writing?.()
    const turn = this.#generations.beginWrite(key)
    this.#forgetFailures(key)
    try {
      return await write(() => this.#generations.isNewest(key, turn))
    } finally {
      this.#generations.endWrite(key)
      ended?.()
    }
  }

  /** The same for all keys at once. */
  async writingAll<T>(write: () => Promise<T>): Promise<T> {
    const ended = this.#setting.writing?.()
    this.overtakenAll()
    try {
      return await write()
    } finally {
      this.#generations.voidAll()
      ended?.()
    }
  }

  /** Another node has written the key: nothing begun before is stored, joined or refreshed. The answer is when private tiers have dropped it. */
  overtaken(key: string): Promise<unknown> {
    this.#generations.voidKey(key)
    this.#forgetFailures(key)
    const dropped = Promise.all(dropPrivate(this.#setting.tiers, key))
    this.#setting.work.own(dropped)
    return dropped
  }

  /** The same for all keys. */
  overtakenAll(): void {
    this.#generations.voidAll()
    this.#failures.forgetAll()
  }

  /** Ends every load with `reason`; from now on nothing is loaded or stored. */
  close(reason: unknown): void {
    this.#reads.close()
    this.#loads.close(reason)
  }

  #forgetFailures(key: string): void {
    this.#refreshes.forget(key)
    this.#failures.forget(key)
  }

  #readSync(key: string): Found | undefined {
    const found = lookupSync(this.#syncTop, key, this.#setting.clock)
    if (found !== undefined) backfill(this.#syncTop, found, key, this.#setting.work)
    return found
  }

  #readBelow(key: string): SharedRead {
    return this.#isAllSync ? NOTHING : this.#reads.read(key)
  }

  /** Another caller's load may have begun, or ended, while this one read the lower tiers. */
  #loadFor(call: LoadCall): unknown {
    const { key, signal } = call
    const joinable = this.#loads.joinable(key)
    if (joinable !== undefined) return this.#join(call, joinable)
    const found = this.#peekSync(key)
    if (found !== undefined) return this.#hit(key, found)
    this.#setting.report.miss(key)
    if (signal?.aborted === true) return undefined
    const failure = this.#failures.of(key)
    if (failure !== undefined) throw failure.error
    return this.#loadNow(call)
  }

  #peekSync(key: string): Found | undefined {
    for (const [depth, tier] of this.#syncTop.entries()) {
      const entry = tier.peek(key) as Entry | undefined
      if (entry !== undefined && this.#setting.clock.now() < entry.staleAt) return { entry, depth, freshness: 'fresh' }
    }
    return undefined
  }

  async #loadNow(call: LoadCall): Promise<unknown> {
    return valueOf(await this.#load(call, undefined, undefined))
  }

  /** What there is, fresh or not, is told to the loader and to those who give out leases. */
  async #loadAnew(call: LoadCall): Promise<unknown> {
    const { key } = call
    const joinable = this.#loads.joinable(key)
    if (joinable !== undefined) return this.#join(call, joinable)
    const held = this.#readSync(key)
    const below = this.#readBelow(key)
    await below.done
    const begun = this.#loads.joinable(key)
    if (begun !== undefined) return this.#join(call, begun)
    this.#setting.report.miss(key)
    if (call.signal?.aborted === true) return undefined
    return valueOf(await this.#load(call, (held ?? below.found)?.entry, below.found?.entry))
  }

  async #join(call: LoadCall, flight: Flight<LoadFact>): Promise<unknown> {
    this.#setting.report.miss(call.key)
    this.#setting.report.coalesced()
    this.#loads.wait(flight, call.signal, call.isKept)
    let fact = await flight.promise
    // It was the refresh of a stale entry that is gone now: those who need a value wait for one load together.
    while (fact.outcome === 'busy') {
      const joinable = this.#loads.joinable(call.key)
      if (joinable !== undefined) this.#loads.wait(joinable, call.signal, call.isKept)
      else if (call.signal?.aborted === true) return undefined
      fact = joinable === undefined ? await this.#load(call, undefined, undefined) : await joinable.promise
    }
    return valueOf(fact)
  }

  async #load(
    { key, loader, isForced, freshness, signal, isKept }: LoadCall,
    stale: Entry | undefined,
    seen: Entry | undefined,
  ): Promise<LoadFact> {
    const generation = this.#generations.hold(key)
    const flight = this.#loads.begin({ key, loader, stale, seen, isForced, ...freshness })
    this.#loads.wait(flight, signal, isKept)
    const fact = await flight.promise
    const { outcome, error } = fact
    // What a write has overtaken, or nobody waited for, says nothing of the key as it is now.
    const isTelling = this.#generations.mayStore(key, generation) && !this.#loads.isAbandoned(flight)
    this.#generations.release(key, generation)
    if (outcome === 'failed' && isTelling) this.#failures.add(key, error, freshness.negativeErrors)
    else if (outcome === 'stored' || outcome === 'present') this.#failures.forget(key)
    if (outcome !== 'present' && outcome !== 'busy') this.#setting.report.loaded({ ...fact, outcome })
    return fact
  }

  #serve(call: LoadCall, found: Found, generation: Generation): unknown {
    const { key, freshness } = call
    const { softTimeoutMs, refreshAhead } = freshness
    if (found.freshness === 'stale') {
      const refresh = this.#refreshes.begin(call, found, generation)
      if (refresh !== undefined && softTimeoutMs > 0) return this.#refreshed(key, found, refresh, softTimeoutMs)
    } else if (refreshAhead !== undefined && isDue(found.entry, refreshAhead, this.#setting.clock.now())) {
      void this.#refreshes.begin(call, found, generation)
    }
    return this.#hit(key, found)
  }

  /** The new value if it is there in time, else the stale one. */
  async #refreshed(
    key: string,
    found: Found,
    refresh: Promise<LoadFact | undefined>,
    softTimeoutMs: number,
  ): Promise<unknown> {
    const inTime = withinDeadline(() => refresh, softTimeoutMs, this.#setting.clock)
    const fact = await inTime.catch(() => undefined)
    if (fact === undefined || fact.outcome === 'failed' || fact.outcome === 'busy') return this.#hit(key, found)
    this.#setting.report.miss(key)
    return fact.value
  }

  /** The value where it is fresh; told as a hit or a miss. */
  #fresh(key: string, found: Found | undefined): unknown {
    if (found?.freshness === 'fresh') return this.#hit(key, found)
    this.#setting.report.miss(key)
    return undefined
  }

  #hit(key: string, found: Found): unknown {
    this.#setting.report.hit(key, this.#setting.tiers[found.depth]!.tier.name, found.freshness)
    return found.entry.value
  }
}

function valueOf({ outcome, error, value }: LoadFact): unknown {
  if (outcome === 'failed') throw error
  return value
}
