import type { BreakerParts } from './breaker-options.ts'
import { BreakerOpenError, IsolatedError } from './errors.ts'
import type { Outcome } from './outcome.ts'
import { MAX_PERMITS } from './probes.ts'
import { RampUp } from './ramp-up.ts'
import { type BreakerState, StateListeners } from './state.ts'

/** The right to run one call: 0 was refused, any other number holds the generation it was given in. */
export type Permit = number

/** Counters since the breaker was made. */
export interface BreakerStats {
  readonly state: BreakerState
  readonly successes: number
  readonly failures: number
  readonly ignored: number
  /** Results of calls begun before the latest change of state: counted here, and without effect. */
  readonly late: number
  readonly refused: number
  readonly trips: number
  /** Milliseconds until a call may be let through; 0 where calls run, `Infinity` while isolated. */
  readonly retryAfterMs: number
}

/** The slots of probes lie between the permits of two generations. */
const SLOTS = MAX_PERMITS + 1
/** How long a probe or a ramp-up is given before trying again makes sense. */
const SOON_MS = 1_000

/**
 * The state machine of a breaker. It runs nothing: it gives permits, takes them back with an outcome, and changes its state.
 */
export class Circuit {
  readonly listeners: StateListeners = new StateListeners()
  readonly #parts: BreakerParts
  readonly #hasRates: boolean
  /** Whether a rate is taken over a time: to read the clock costs more than all else here. */
  readonly #needsTime: boolean
  #state: BreakerState = 'closed'
  #generation = 1
  /** What every call of this generation gets, but for probes: they get one of the numbers after it. */
  #permit: Permit = SLOTS
  /** The same while closed and past its ramp-up, else 0: all that the hot path asks. */
  #openPermit: Permit = SLOTS
  #failuresInARow = 0
  #openUntil = 0
  #openedBy: unknown
  #rampUp: RampUp | undefined
  #isolations = 0
  #successes = 0
  #failures = 0
  #ignored = 0
  #late = 0
  #refused = 0
  #trips = 0

  constructor(parts: BreakerParts) {
    this.#parts = parts
    this.#hasRates = parts.failureTrip !== undefined || parts.slowTrip !== undefined
    this.#needsTime = parts.failureTrip?.needsTime === true || parts.slowTrip?.needsTime === true
  }

  get state(): BreakerState {
    return this.#state
  }

  tryAcquire(): Permit {
    if (this.#openPermit !== 0) return this.#openPermit
    const permit = this.#tryAcquireElsewhere()
    if (permit === 0) this.#refused++
    return permit
  }

  /** Takes a permit back after a success: the hot path of {@link ended}. */
  succeeded(permit: Permit, durationMs: number): void {
    if (permit === this.#openPermit && !this.#hasRates) {
      this.#successes++
      this.#failuresInARow = 0
    } else this.ended(permit, 'success', undefined, durationMs)
  }

  /** Takes a permit back. O(1). */
  ended(permit: Permit, outcome: Outcome, error: unknown, durationMs: number): void {
    if (permit === this.#permit && this.#state === 'closed') this.#endedClosed(outcome, error, durationMs)
    else if (permit === this.#permit && this.#state === 'disabled') return
    else if (this.#isProbe(permit)) this.#endedProbe(outcome, error, durationMs)
    else this.#late++
  }

  isolate(): Disposable {
    this.#isolations++
    if (this.#state !== 'isolated') this.#change('isolated', undefined)
    const generation = this.#generation
    let isHeld = true
    return {
      [Symbol.dispose]: () => {
        // Void after a reset or disable, which ended this isolation.
        if (!isHeld || generation !== this.#generation) return
        isHeld = false
        if (--this.#isolations === 0) this.#close(0)
      },
    }
  }

  disable(): void {
    this.#isolations = 0
    if (this.#state !== 'disabled') this.#change('disabled', undefined)
  }

  reset(): void {
    this.#isolations = 0
    this.#parts.openTime.reset()
    if (this.#state !== 'closed') this.#close(0)
    else {
      this.#rampUp = undefined
      this.#beginGeneration()
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

  /** What a refused caller is told. */
  refusal(): BreakerOpenError | IsolatedError {
    const { name, stack } = this.#parts
    if (this.#state === 'isolated') return new IsolatedError(name, stack)
    const state = this.#state === 'half-open' ? 'half-open' : 'open'
    return new BreakerOpenError(name, state, this.#retryAfterMs(), this.#openedBy, stack)
  }

  #tryAcquireElsewhere(): Permit {
    if (this.#state === 'isolated') return 0
    if (this.#state === 'disabled') return this.#permit
    const now = this.#parts.clock.monotonic()
    if (this.#state === 'closed') return this.#tryAcquireInRampUp(now)
    if (this.#state === 'half-open' && this.#parts.probes.hasExpired(now)) this.#trip(this.#openedBy, now)
    if (this.#state === 'open') {
      if (now < this.#openUntil) return 0
      this.#change('half-open', undefined)
    }
    const slot = this.#parts.probes.take(now)
    return slot === 0 ? 0 : this.#permit + slot
  }

  #tryAcquireInRampUp(now: number): Permit {
    if (this.#rampUp!.msLeft(now) === 0) this.#endRampUp()
    return this.#rampUp === undefined || this.#rampUp.admits(now) ? this.#permit : 0
  }

  /** A permit of this half-open period that was not handed back yet. */
  #isProbe(permit: Permit): boolean {
    const slot = permit - this.#permit
    return this.#state === 'half-open' && slot > 0 && slot < SLOTS && this.#parts.probes.free(slot)
  }

  #endedClosed(outcome: Outcome, error: unknown, durationMs: number): void {
    if (outcome === 'ignored') {
      this.#ignored++
      return
    }
    const failed = outcome === 'failure'
    if (failed) {
      this.#failures++
      this.#failuresInARow++
    } else {
      this.#successes++
      this.#failuresInARow = 0
    }
    const hasTripped = this.#failuresInARow >= this.#parts.consecutiveFailures
    if (!this.#hasRates) {
      if (hasTripped) this.#trip(error, this.#parts.clock.monotonic())
      return
    }
    const now = this.#needsTime ? this.#parts.clock.monotonic() : 0
    if (this.#recordRates(failed, durationMs, now) || hasTripped) this.#trip(error, this.#parts.clock.monotonic())
  }

  /** Every rule counts the call, also where another has already been met. */
  #recordRates(failed: boolean, durationMs: number, now: number): boolean {
    const { failureTrip, slowTrip, slowerThanMs } = this.#parts
    const byFailures = failureTrip !== undefined && failureTrip.record(failed, now)
    const bySlowness = slowTrip !== undefined && slowTrip.record(durationMs > slowerThanMs, now)
    return byFailures || bySlowness
  }

  /** Where slow calls count, a slow probe has failed: it would close what slowness opened. */
  #endedProbe(outcome: Outcome, error: unknown, durationMs: number): void {
    if (outcome === 'ignored') {
      this.#ignored++
      return
    }
    const failed = outcome === 'failure'
    if (failed) this.#failures++
    else this.#successes++
    const isSlow = this.#parts.slowTrip !== undefined && durationMs > this.#parts.slowerThanMs
    const verdict = this.#parts.probes.record(failed || isSlow)
    if (verdict === 'open') this.#trip(error, this.#parts.clock.monotonic())
    else if (verdict === 'close') this.#close(this.#parts.probes.rampUpMs)
  }

  #retryAfterMs(): number {
    if (this.#state === 'isolated') return Infinity
    if (this.#state === 'half-open') return SOON_MS
    const now = this.#parts.clock.monotonic()
    if (this.#state === 'open') return Math.max(0, Math.ceil(this.#openUntil - now))
    return Math.min(SOON_MS, Math.ceil(this.#rampUp?.msLeft(now) ?? 0))
  }

  #trip(cause: unknown, now: number): void {
    this.#trips++
    this.#openedBy = cause
    this.#openUntil = now + this.#parts.openTime.next(now, this.#state === 'closed')
    this.#change('open', cause)
  }

  #close(rampUpMs: number): void {
    const now = this.#parts.clock.monotonic()
    this.#rampUp = rampUpMs > 0 ? new RampUp(now, rampUpMs) : undefined
    this.#openedBy = undefined
    this.#parts.openTime.closedAt(now)
    this.#change('closed', undefined)
  }

  #endRampUp(): void {
    this.#rampUp = undefined
    this.#openPermit = this.#permit
  }

  #change(to: BreakerState, cause: unknown): void {
    const from = this.#state
    this.#state = to
    this.#beginGeneration()
    if (to === 'half-open') this.#parts.probes.begin()
    this.listeners.tell({ breaker: this.#parts.name, from, to, retryAfterMs: this.#retryAfterMs(), cause })
  }

  #beginGeneration(): void {
    this.#generation++
    this.#permit = this.#generation * SLOTS
    this.#openPermit = this.#state === 'closed' && this.#rampUp === undefined ? this.#permit : 0
    this.#failuresInARow = 0
    this.#parts.failureTrip?.clear()
    this.#parts.slowTrip?.clear()
  }
}
