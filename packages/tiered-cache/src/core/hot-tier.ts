import type { Clock } from '../clock.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import { MISS, type TierNamespace } from '../tiers/tier.ts'

/** A binding of another file is looked up at each use; one of this file is a constant to the compiler. */
const NOT_HERE: typeof MISS = MISS
const TIMED_HITS_MASK = 255

/** What a hot tier needs of the access to its tier. */
export interface HotAccess {
  readonly counters: TierCounters
  /** Nothing is held back: the tier may be asked directly. */
  readonly isPlain: boolean
  /** The fresh value of a key that may be held back, or MISS. */
  freshValue(key: string, now: number, tags: readonly string[] | undefined): unknown
  /** What the tier throws all the same. */
  faulted(operation: string, key: string, error: unknown): void
}

/** The path of a memory hit in one synchronous tier, for the keys of the cache or of a namespace: no closure, no object, no promise. */
export class HotTier {
  readonly counters: TierCounters
  readonly #access: HotAccess
  readonly #source: TierNamespace
  readonly #prefix: string
  readonly #clock: Clock

  /**
   * @param source what is asked for keys without their prefix
   * @param prefix what the tier's keys begin with
   */
  constructor(access: HotAccess, source: TierNamespace, prefix: string, clock: Clock) {
    this.counters = access.counters
    this.#access = access
    this.#source = source
    this.#prefix = prefix
    this.#clock = clock
  }

  /** The fresh value, counted as a hit (one in 256 is timed), or MISS, not counted: a read follows. It must have the tags. */
  getFresh(key: string, now: number, tags: readonly string[] | undefined): unknown {
    const { counters } = this
    const hits = counters.hotHits
    try {
      if ((hits & TIMED_HITS_MASK) === TIMED_HITS_MASK) return this.#getFreshTimed(key, now, tags)
      const value = this.#access.isPlain ? this.#source.getFresh(key, now, tags) : this.#heldBack(key, now, tags)
      if (value !== NOT_HERE) counters.hotHits = hits + 1
      return value
    } catch (error) {
      // Who asks with something else than a string is told so: no fault of the tier.
      if (typeof key === 'string') this.#access.faulted('get', this.#prefix + key, error)
      return MISS
    }
  }

  #heldBack(key: string, now: number, tags: readonly string[] | undefined): unknown {
    return this.#access.freshValue(this.#prefix + key, now, tags)
  }

  #getFreshTimed(key: string, now: number, tags: readonly string[] | undefined): unknown {
    const started = this.#clock.monotonic()
    const value = this.#access.isPlain ? this.#source.getFresh(key, now, tags) : this.#heldBack(key, now, tags)
    if (value === MISS) return MISS
    this.counters.latency.record(this.#clock.monotonic() - started)
    this.counters.hotHits++
    return value
  }
}
