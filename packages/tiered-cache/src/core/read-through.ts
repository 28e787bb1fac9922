import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import type { Entry, Freshness } from '../entry.ts'
import type { Flight } from '../flight/single-flight.ts'
import { BackgroundRefresh } from './background-refresh.ts'
import type { Trouble } from './explanation.ts'
import { Failures } from './failures.ts'
import type { Generation, Generations } from './generation.ts'
import { HeldGenerations } from './held-generations.ts'
import type { Leases } from './leases.ts'
import { type LoadFact, Loads } from './load.ts'
import type { LoadCall } from './load-call.ts'
import type { Found } from './lookup.ts'
import type { SharedRead } from './reads.ts'
import { isDue } from './refresh-ahead.ts'
import type { SkippedTiers } from './skipped-tiers.ts'
import type { StoreTime } from './store-time.ts'
import type { LoadReport } from '../telemetry/recorder.ts'
import { stampKeys } from './tags/stamp-keys.ts'
import { UNJUDGED } from './tags/tags.ts'
import { NOTHING, TierReads } from './tier-reads.ts'
import { Writes, type WriteSetting } from './writes.ts'

/** How often a read that a write overtook is made again before the source is asked. */
const REREADS = 3

/** What reading through the tiers came to, told as it happens. Told once per request: `hit` or `miss`. */
interface ReadReport {
  hit(key: string, tier: string, freshness: Freshness): void
  miss(key: string): void
  coalesced(): void
  loading(isRefresh: boolean): void
  loaded(fact: LoadReport): void
}

/** What the reads of one cache work on. */
export interface ReadThroughSetting extends Omit<WriteSetting, 'forgetFailures' | 'forgetAllFailures' | 'voided'> {
  readonly clock: Clock
  readonly storeTime: StoreTime
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
  readonly writes: Writes
  readonly #setting: ReadThroughSetting
  readonly #generations: Generations
  readonly #reads: TierReads
  readonly #loads: Loads
  readonly #refreshes: BackgroundRefresh
  readonly #failures: Failures

  constructor(setting: ReadThroughSetting) {
    const { clock, work, tags, generations, report } = setting
    this.#setting = setting
    this.#generations = generations
    this.#reads = new TierReads(setting)
    this.#loads = new Loads({
      ...setting,
      stamps: tags,
      loading: (isRefresh) => report.loading(isRefresh),
      stored: (key) => this.#reads.overtake(key),
      forget: (key) => work.own(this.writes.delete(key)),
    })
    this.#refreshes = new BackgroundRefresh({
      ...setting,
      loads: this.#loads,
      readBelow: (call, found) => this.#readBelow(call, found),
      load: (call, stale, seen) => this.#load({ ...call, isKept: true }, stale, seen),
    })
    this.#failures = new Failures(clock)
    this.writes = new Writes({
      ...setting,
      forgetFailures: (key) => this.#forgetFailures(key),
      forgetAllFailures: () => this.#failures.forgetAll(),
      voided: () => this.#loads.releaseVoid(),
    })
  }

  /** The fresh value, or `undefined`. It must have the tags. */
  async get(key: string, tags: readonly string[]): Promise<unknown> {
    const read = this.#reads.held(key, tags)
    const held = read instanceof Promise ? await read : read
    if (held?.freshness === 'fresh') return this.#hit(key, held)
    const below = this.#reads.below(key, tags)
    await below.done
    return this.#fresh(key, this.#reads.current(below.found, tags))
  }

  /** The fresh values in the order of the keys, `undefined` for those that have none. They must have the tags. */
  async getMany(keys: readonly string[], tags: readonly string[], skipped?: SkippedTiers): Promise<readonly unknown[]> {
    const reading = skipped === undefined ? this.#reads.many(keys, tags) : this.#reads.skipping(keys, tags, skipped)
    const found = await reading
    return keys.map((key, at) => this.#fresh(key, found[at]))
  }

  /** Reads those of these keys that no synchronous tier holds fresh, each tier once: the reads that follow in this turn join. */
  readAhead(keys: readonly string[], tags: readonly string[]): void {
    this.#reads.ahead(keys, tags)
  }

  /** The fresh or stale value, else what the loader gives. Rejects with the loader's own error. */
  async getOrLoad(call: LoadCall): Promise<unknown> {
    const { key, tags } = call
    if (call.isForced) return this.#loadAnew(call)
    if (call.skipped !== undefined) return this.#getOrLoadSkipping(call, call.skipped)
    for (let reread = 0; ; reread++) {
      const generation = this.#generations.hold(key)
      try {
        const read = this.#reads.held(key, tags)
        const held = read instanceof Promise ? await read : read
        if (held !== undefined) return this.#serve(call, held, generation)
        const joinable = this.#loads.joinable(key, tags)
        if (joinable !== undefined) return this.#join(call, joinable)
        const below = this.#reads.below(key, tags)
        await below.done
        const found = this.#reads.current(below.found, tags)
        if (found !== undefined) return this.#serve(call, found, generation)
        // Overtaken by a write: what it wrote is there now.
        if (generation.isVoid && reread < REREADS) continue
        return this.#loadFor(call, below.ended ?? below.found?.entry)
      } finally {
        this.#generations.release(key, generation)
      }
    }
  }

  /** Refreshes behind the caller what he was given, where it is time for that. */
  refreshAhead(call: LoadCall): void {
    const { key, tags, freshness } = call
    const { refreshAhead } = freshness
    const found = this.#reads.peek(key, tags)
    if (found === undefined || refreshAhead === undefined) return
    if (!isDue(found.entry, refreshAhead, this.#setting.clock.now())) return
    const generation = this.#generations.hold(key)
    void this.#refreshes.begin(call, found, generation)
    this.#generations.release(key, generation)
  }

  /** What this node remembers of loads of the key that failed. */
  troubleOf(key: string): Trouble {
    return { isFailing: this.#failures.of(key) !== undefined, isCooling: this.#refreshes.isCooling(key) }
  }

  /** Ends every load with `reason`; from now on nothing is loaded or stored. */
  close(reason: unknown): void {
    this.#reads.close()
    this.#loads.close(reason)
    this.#setting.tags.close(reason)
  }

  /** The key was written, or loaded: an earlier failure says nothing about it any more. */
  #forgetFailures(key: string): void {
    this.#refreshes.forget(key)
    this.#failures.forget(key)
  }

  #readBelow({ key, tags, skipped }: LoadCall, found: Found): SharedRead {
    return skipped === undefined ? this.#reads.belowOf(found, key, tags) : NOTHING
  }

  async #getOrLoadSkipping(call: LoadCall, skipped: SkippedTiers): Promise<unknown> {
    const { key, tags } = call
    const generation = this.#generations.hold(key)
    try {
      const [found] = await this.#reads.skipping([key], tags, skipped)
      if (found !== undefined) return this.#serve(call, found, generation)
      const joinable = this.#loads.joinable(key, tags)
      if (joinable !== undefined) return this.#join(call, joinable)
      return this.#missed(call, undefined)
    } finally {
      this.#generations.release(key, generation)
    }
  }

  /** Another caller's load may have begun, or ended, while this one read the lower tiers. */
  #loadFor(call: LoadCall, seen: Entry | undefined): unknown {
    const { key, tags } = call
    const joinable = this.#loads.joinable(key, tags)
    if (joinable !== undefined) return this.#join(call, joinable)
    const found = this.#reads.peek(key, tags)
    if (found !== undefined) return this.#hit(key, found)
    return this.#missed(call, seen)
  }

  #missed(call: LoadCall, seen: Entry | undefined): unknown {
    const { key, signal } = call
    this.#setting.report.miss(key)
    if (signal?.aborted === true) return undefined
    const failure = this.#failures.of(key)
    if (failure !== undefined) throw failure.error
    return this.#loadNow(call, seen)
  }

  async #loadNow(call: LoadCall, seen: Entry | undefined): Promise<unknown> {
    return valueOf(await this.#load(call, undefined, seen))
  }

  /** What there is, fresh or not, is told to the loader and to those who give out leases. */
  async #loadAnew(call: LoadCall): Promise<unknown> {
    const { key, tags } = call
    const joinable = this.#loads.joinable(key, tags)
    if (joinable !== undefined) return this.#join(call, joinable)
    const [held, below] = await this.#readAll(call)
    const begun = this.#loads.joinable(key, tags)
    if (begun !== undefined) return this.#join(call, begun)
    this.#setting.report.miss(key)
    if (call.signal?.aborted === true) return undefined
    return valueOf(await this.#load(call, (held ?? below)?.entry, below?.entry))
  }

  /** What synchronous tiers hold, and what lies below them. */
  async #readAll({ key, tags, skipped }: LoadCall): Promise<readonly (Found | undefined)[]> {
    if (skipped !== undefined) return [undefined, (await this.#reads.skipping([key], tags, skipped))[0]]
    const held = await this.#reads.held(key, tags)
    const below = this.#reads.below(key, tags)
    await below.done
    return [held, this.#reads.current(below.found, tags)]
  }

  async #join(call: LoadCall, flight: Flight<LoadFact>): Promise<unknown> {
    this.#setting.report.miss(call.key)
    this.#setting.report.coalesced()
    this.#loads.wait(flight, call.signal, call.isKept)
    let fact = await flight.promise
    // It was the refresh of a stale entry that is gone now: those who need a value wait for one load together.
    while (fact.outcome === 'busy') {
      const joinable = this.#loads.joinable(call.key, call.tags)
      if (joinable !== undefined) this.#loads.wait(joinable, call.signal, call.isKept)
      else if (call.signal?.aborted === true) return undefined
      fact = joinable === undefined ? await this.#load(call, undefined, undefined) : await joinable.promise
    }
    return valueOf(fact)
  }

  async #load(
    { key, userKey, loader, isForced, freshness, tags, skipped, signal, isKept }: LoadCall,
    found: Entry | undefined,
    seen: Entry | undefined,
  ): Promise<LoadFact> {
    const generation = new HeldGenerations(this.#generations, [key, ...stampKeys(tags)])
    // A loader may hand it on: not where a tag of it was deleted meanwhile.
    const known = found && this.#setting.tags.seen(found)
    const stale = known === UNJUDGED ? undefined : known
    const flight = this.#loads.begin({ key, userKey, loader, stale, seen, tags, skipped, isForced, ...freshness })
    this.#loads.wait(flight, signal, isKept)
    const fact = await flight.promise
    const { outcome, error } = fact
    // What a write has overtaken, or nobody waited for, says nothing of the key as it is now.
    const isTelling = generation.mayStore && !this.#loads.isAbandoned(flight)
    generation.release()
    if (outcome === 'failed' && isTelling) this.#failures.add(key, error, freshness.negativeErrors)
    else if (outcome === 'stored' || outcome === 'present' || (outcome === 'void' && isTelling))
      this.#forgetFailures(key)
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
