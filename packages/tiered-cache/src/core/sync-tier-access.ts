import type { Clock } from '../clock.ts'
import { durationMs } from '../duration.ts'
import { capEntry, type Entry } from '../entry.ts'
import { TierFaultError } from '../errors.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import type { TierCondition } from '../telemetry/stats.ts'
import { MISS, type Tier } from '../tiers/tier.ts'
import { countRead, type TierAccess } from './tier-access.ts'

const TIMED_HITS_MASK = 63

const CONDITION: TierCondition = { available: true, breaker: undefined, pending: 0 }

/**
 * Access to a synchronous tier: plain calls, no guard. What such a tier throws all the same is counted and reported as a
 * fault and reads as a miss.
 */
export class SyncTierAccess implements TierAccess {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly condition: TierCondition = CONDITION
  readonly #clock: Clock
  readonly #capMs: number
  readonly #onFault: (error: TierFaultError) => void

  constructor(tier: Tier, counters: TierCounters, clock: Clock, onFault: (error: TierFaultError) => void) {
    this.tier = tier
    this.counters = counters
    this.#clock = clock
    this.#capMs = tier.ttl === undefined ? Infinity : durationMs('ttl', tier.ttl)
    this.#onFault = onFault
  }

  /** The fresh value, counted as a hit (one in 64 is timed), or MISS, not counted: a read follows. The path of a memory hit. */
  getFresh(key: string, now: number): unknown {
    try {
      if ((this.counters.hits & TIMED_HITS_MASK) === TIMED_HITS_MASK) return this.#getFreshTimed(key, now)
      const value = this.#freshValue(key, now)
      if (value !== MISS) this.counters.hits++
      return value
    } catch (error) {
      this.#fault('get', key, error)
      return MISS
    }
  }

  read(key: string): Entry | undefined {
    const entry = this.peek(key)
    countRead(this.counters, entry, this.#clock.now())
    return entry
  }

  peek(key: string): Entry | undefined {
    try {
      return this.tier.get(key) as Entry | undefined
    } catch (error) {
      this.#fault('get', key, error)
      return undefined
    }
  }

  fill(key: string, entry: Entry): void {
    this.set(key, entry)
  }

  set(key: string, entry: Entry): boolean {
    this.counters.sets++
    const stored = this.#do('set', key, () => this.tier.set(key, capEntry(entry, this.#capMs, this.#clock.now())))
    // What it holds after a failed set is anybody's guess: rather nothing than an older value.
    if (!stored) this.#do('delete', key, () => this.tier.delete(key))
    return stored
  }

  delete(key: string): boolean {
    this.counters.deletes++
    return this.#do('delete', key, () => this.tier.delete(key))
  }

  clear(): boolean {
    return this.#do('clear', undefined, () => this.tier.clear?.())
  }

  /** Nothing to open or close: what would take time is no synchronous tier. */
  async open(): Promise<void> {}

  async close(): Promise<void> {}

  #freshValue(key: string, now: number): unknown {
    if (this.tier.getFresh !== undefined) return this.tier.getFresh(key, now)
    const entry = this.tier.get(key) as Entry | undefined
    return entry !== undefined && now < entry.staleAt && entry.stamps.length === 0 ? entry.value : MISS
  }

  #getFreshTimed(key: string, now: number): unknown {
    const started = this.#clock.monotonic()
    const value = this.#freshValue(key, now)
    if (value === MISS) return MISS
    this.counters.latency.record(this.#clock.monotonic() - started)
    this.counters.hits++
    return value
  }

  #do(operation: string, key: string | undefined, work: () => unknown): boolean {
    try {
      work()
      return true
    } catch (error) {
      this.#fault(operation, key, error)
      return false
    }
  }

  #fault(operation: string, key: string | undefined, error: unknown): void {
    this.#onFault(new TierFaultError(this.tier.name, operation, key, error))
  }
}
