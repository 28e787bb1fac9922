import { MovingP99 } from './moving-p99.ts'

/** Pauses shorter than this are those of any process: garbage collection, the scheduler. */
const LEAST_MS = 5
const TIMES_P99 = 4
/** A late answer is one sample, not a p99: twice its time lets its like through. */
const TIMES_LATE = 2
/** So long a late answer is remembered: large values are rare, and each that comes late is loaded once more. */
const RAISED_FOR_MS = 60_000

/**
 * How long the operations of one tier may take, learned from how long they took: four times the moving p99, at least 5 ms and at
 * most the configured deadline, which it also starts with. A late answer that the configured deadline would have let through
 * raises it at once to twice its time, for a minute. One that took longer teaches nothing, since nobody may wait that long.
 * Every operation is O(1) amortised and allocates nothing.
 */
export class AdaptiveDeadline {
  /** The configured deadline, in milliseconds. */
  readonly mostMs: number
  readonly #p99: MovingP99 | undefined
  #currentMs: number
  #raisedMs = 0
  #raisedUntil = -Infinity

  /** One that does not adapt, and one without limit, stays as configured. */
  constructor(configuredMs: number, adapts: boolean) {
    this.mostMs = configuredMs
    this.#currentMs = configuredMs
    this.#p99 = adapts && configuredMs > LEAST_MS && configuredMs !== Infinity ? new MovingP99() : undefined
  }

  /** Whole milliseconds where it has adapted. */
  get currentMs(): number {
    return this.#currentMs
  }

  /** An operation was answered in time, at the monotonic instant `now`. */
  answered(durationMs: number, now: number): void {
    if (this.#p99?.record(durationMs) === true) this.#adapt(now)
  }

  /** One was answered when nobody waited for it any more; whether it was within the configured deadline. */
  answeredLate(durationMs: number, now: number): boolean {
    if (durationMs > this.mostMs) return false
    if (durationMs > this.#currentMs) this.#raise(durationMs, now)
    this.answered(durationMs, now)
    return true
  }

  #raise(durationMs: number, now: number): void {
    this.#currentMs = this.#clamped(TIMES_LATE * durationMs)
    this.#raisedMs = this.#currentMs
    this.#raisedUntil = now + RAISED_FOR_MS
  }

  #adapt(now: number): void {
    const learned = this.#clamped(TIMES_P99 * (this.#p99?.value ?? Infinity))
    this.#currentMs = now < this.#raisedUntil ? Math.max(learned, this.#raisedMs) : learned
  }

  #clamped(ms: number): number {
    return Math.min(this.mostMs, Math.max(LEAST_MS, Math.ceil(ms)))
  }
}
