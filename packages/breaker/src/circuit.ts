import type { BreakerParts } from './breaker-options.ts'
import type { BreakerStats } from './breaker-stats.ts'
import { BreakerOpenError, IsolatedError } from './errors.ts'
import type { Outcome } from './outcome.ts'
import type { Permit } from './permit.ts'
import { MAX_PROBES, type Verdict } from './probes.ts'
import { RampUp } from './ramp-up.ts'
import { type BreakerState, StateListeners } from './state.ts'

/** The slots of probes lie between the permits of two generations. */
const SLOTS = MAX_PROBES + 1
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
    this.listeners.tell()
    return permit
  }

  /** Takes a permit back after a success: the hot path of {@link ended}. */
  succeeded(permit: Permit, durationMs: number): void {
    if (permit === this.#openPermit && permit !== 0 && !this.#hasRates) {
      this.#successes++
      this.#failuresInARow = 0
    } else this.ended(permit, 'success', undefined, durationMs)
  }

  /** Takes a permit back. O(1). */
  ended(permit: Permit, outcome: Outcome, error: unknown, durationMs: number): void {
    if (permit === this.#permit && this.#state === 'closed') this.#endedClosed(outcome, error, durationMs)
    else if (permit === this.#permit && this.#state === 'disabled') return
    else this.#endedElsewhere(permit, outcome, error, durationMs)
    this.listeners.tell()
  }

  isolate(): Disposable {
    this.#isolations++
    if (this.#state !== 'isolated') this.#change('isolated', undefined)
    const generation = this.#generation
    let isHeld = true
    this.listeners.tell()
    return {
      [Symbol.dispose]: () => {
        // Void after a reset or disable, which ended this isolation.
        if (!isHeld || generation !== this.#generation) return
        isHeld = false
        if (--this.#isolations === 0) this.#close(0)
        this.listeners.tell()
      },
    }
  }

  disable(): void {
    this.#isolations = 0
    if (this.#state !== 'disabled') this.#change('disabled', undefined)
    this.listeners.tell()
  }

  reset(): void {
    this.#isolations = 0
    this.#parts.openTime.reset()
    if (this.#state !== 'closed') this.#close(0)
    else {
      this.#rampUp = undefined
      this.#beginGeneration()
    }
    this.listeners.tell()
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
    const words = this.#state === 'closed' ? 'recovering' : state
    return new BreakerOpenError(name, state, this.#retryAfterMs(), this.#openedBy, stack, words)
  }

  #tryAcquireElsewhere(): Permit {
    if (this.#state === 'isolated') return 0
    if (this.#state === 'disabled') return this.#permit
    const now = this.#parts.clock.monotonic()
    if (this.#state === 'closed') return this.#tryAcquireInRampUp(now)
    if (this.#state === 'half-open') this.#decide(this.#parts.probes.expire(now), this.#openedBy)
    if (this.#state === 'open') {
      if (now < this.#openUntil) return 0
      this.#change('half-open', undefined)
    }
    return this.#state === 'half-open' ? this.#takeProbe(now) : this.#openPermit
  }

  #takeProbe(now: number): Permit {
    const { probes } = this.#parts
    if (probes.isUsedUp) {
      this.#beginGeneration()
      probes.begin()
    }
    const probe = probes.take(now)
    return probe === 0 ? 0 : this.#permit + probe
  }

  #tryAcquireInRampUp(now: number): Permit {
    if (this.#rampUp!.msLeft(now) === 0) this.#endRampUp()
    return this.#rampUp === undefined || this.#rampUp.admits(now) ? this.#permit : 0
  }

  /** A permit of this half-open period that was not handed back yet is a probe's; any other is of an earlier time. */
  #endedElsewhere(permit: Permit, outcome: Outcome, error: unknown, durationMs: number): void {
    const now = this.#parts.clock.monotonic()
    const wasInTime = this.#state === 'half-open' ? this.#parts.probes.end(permit - this.#permit, now) : undefined
    if (wasInTime === undefined) this.#late++
    else this.#endedProbe(outcome, error, !wasInTime || (outcome !== 'ignored' && this.#isSlow(durationMs)))
  }

  #isSlow(durationMs: number): boolean {
    return this.#parts.slowTrip !== undefined && durationMs > this.#parts.slowerThanMs
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
    const { failureTrip, slowTrip } = this.#parts
    const byFailures = failureTrip !== undefined && failureTrip.record(failed, now)
    const bySlowness = slowTrip !== undefined && slowTrip.record(this.#isSlow(durationMs), now)
    return byFailures || bySlowness
  }

  /** A probe that came too late, or was slow where slow calls count, has failed: it would close what slowness opened. */
  #endedProbe(outcome: Outcome, error: unknown, wasTooSlow: boolean): void {
    if (outcome === 'failure') this.#failures++
    else if (outcome === 'success') this.#successes++
    else this.#ignored++
    if (outcome === 'ignored' && !wasTooSlow) return
    this.#decide(this.#parts.probes.record(outcome === 'failure' || wasTooSlow), error)
  }

  #decide(verdict: Verdict, cause: unknown): void {
    if (verdict === 'open') this.#trip(cause, this.#parts.clock.monotonic())
    else if (verdict === 'close') this.#close(this.#parts.probes.rampUpMs)
  }

  #retryAfterMs(): number {
    if (this.#state === 'isolated') return Infinity
    const now = this.#parts.clock.monotonic()
    if (this.#state === 'half-open') return Math.min(SOON_MS, Math.ceil(this.#parts.probes.msLeft(now)))
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
    this.listeners.note({ breaker: this.#parts.name, from, to, retryAfterMs: this.#retryAfterMs(), cause })
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
