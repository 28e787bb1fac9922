import { type Clock, systemClock } from './clock.ts'
import { type Duration, durationMs } from './duration.ts'

/** Removes a listener. */
export type Off = () => void

/** `closed` lets all through, `open` refuses all, `half-open` lets one probe through. */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** The right to run one call: 0 was refused, any other number holds the generation it was given in. */
export type Permit = number

/** Options of a {@link Breaker}. */
export interface BreakerOptions {
  /** What events call this breaker. Default `'breaker'`. */
  readonly name?: string | undefined
  /** Failures in a row that open it. Default 5; `Infinity` never opens. */
  readonly consecutiveFailures?: number | undefined
  /** How long it refuses before it lets a probe through. Default `'60s'`. */
  readonly openFor?: Duration | undefined
  readonly clock?: Clock | undefined
}

/** Counters since the breaker was made. */
export interface BreakerStats {
  readonly state: BreakerState
  readonly successes: number
  readonly failures: number
  readonly ignored: number
  /** Results of calls begun before the latest change of state: counted here, otherwise without effect. */
  readonly late: number
  readonly refused: number
  readonly trips: number
  /** Milliseconds until a probe is let through; 0 where calls run. */
  readonly retryAfterMs: number
}

/** Facts that {@link Breaker.on} reports. */
export interface BreakerEvents {
  readonly state: {
    readonly breaker: string
    readonly from: BreakerState
    readonly to: BreakerState
    readonly retryAfterMs: number
    /** The error that opened it, if any. */
    readonly cause: unknown
  }
}

/**
 * A circuit breaker: after `consecutiveFailures` failures in a row it refuses every call for `openFor`, then lets one
 * probe through; the probe's outcome closes or re-opens it.
 *
 * The core is synchronous and allocates nothing: `tryAcquire()` gives a permit (0 = refused), and each permit is
 * handed back once through `success`, `failure` or `ignore`. A result of a call begun before the latest change of state
 * never changes the state. No timer drives a transition: an idle breaker costs nothing.
 */
export class Breaker {
  readonly name: string
  readonly #consecutiveFailures: number
  readonly #openForMs: number
  readonly #clock: Clock
  readonly #listeners = new Set<(fact: BreakerEvents['state']) => void>()
  #state: BreakerState = 'closed'
  #generation = 1
  #failuresInARow = 0
  #openUntil = 0
  #probing = false
  #successes = 0
  #failures = 0
  #ignored = 0
  #late = 0
  #refused = 0
  #trips = 0

  constructor(options: BreakerOptions = {}) {
    this.name = options.name ?? 'breaker'
    this.#consecutiveFailures = options.consecutiveFailures ?? 5
    if (!(this.#consecutiveFailures >= 1)) {
      throw new RangeError(`consecutiveFailures must be 1 or more, got ${options.consecutiveFailures}`)
    }
    this.#openForMs = durationMs('openFor', options.openFor ?? '60s')
    this.#clock = options.clock ?? systemClock
  }

  get state(): BreakerState {
    return this.#state
  }

  /** The right to run one call, or 0 where the breaker refuses it. */
  tryAcquire(): Permit {
    if (this.#state === 'closed') return this.#generation
    if (this.#state === 'open' && this.#clock.monotonic() >= this.#openUntil) this.#change('half-open', undefined)
    if (this.#state === 'half-open' && !this.#probing) {
      this.#probing = true
      return this.#generation
    }
    this.#refused++
    return 0
  }

  /** The call of `permit` succeeded. */
  success(permit: Permit): void {
    this.#successes++
    if (this.#isLate(permit)) return
    this.#failuresInARow = 0
    if (this.#state === 'half-open') this.#change('closed', undefined)
  }

  /** The call of `permit` failed with `error`. */
  failure(permit: Permit, error: unknown): void {
    this.#failures++
    if (this.#isLate(permit)) return
    this.#failuresInARow++
    if (this.#state === 'half-open' || this.#failuresInARow >= this.#consecutiveFailures) this.#trip(error)
  }

  /** The call of `permit` says nothing about the protected thing, such as a caller's own abort. */
  ignore(permit: Permit): void {
    this.#ignored++
    if (!this.#isLate(permit)) this.#probing = false
  }

  /** Calls `listener` after each change of state; what it throws is dropped. */
  on<E extends keyof BreakerEvents>(_event: E, listener: (fact: BreakerEvents[E]) => void): Off {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  stats(): BreakerStats {
    return {
      state: this.#state,
      successes: this.#successes,
      failures: this.#failures,
      ignored: this.#ignored,
      late: this.#late,
      refused: this.#refused,
      trips: this.#trips,
      retryAfterMs: this.#retryAfterMs(),
    }
  }

  #isLate(permit: Permit): boolean {
    if (permit === this.#generation) return false
    this.#late++
    return true
  }

  #trip(cause: unknown): void {
    this.#trips++
    this.#openUntil = this.#clock.monotonic() + this.#openForMs
    this.#change('open', cause)
  }

  #retryAfterMs(): number {
    return this.#state === 'open' ? Math.max(0, this.#openUntil - this.#clock.monotonic()) : 0
  }

  #change(to: BreakerState, cause: unknown): void {
    const from = this.#state
    this.#state = to
    this.#generation++
    this.#failuresInARow = 0
    this.#probing = false
    const fact = { breaker: this.name, from, to, retryAfterMs: this.#retryAfterMs(), cause }
    for (const listener of this.#listeners) {
      try {
        listener(fact)
      } catch {
        // A listener's fault is its own: the state is already committed.
      }
    }
  }
}
