import { type Duration, durationMs } from './duration.ts'
import { assertCount, assertOptions } from './option-object.ts'
import { assertRate } from './trip/rate-rule.ts'

/** How a half-open breaker finds out whether to close. */
export interface HalfOpenOptions {
  /** How many trial calls run at once; more are refused. Default 1, at most 1000. */
  readonly permits?: number | undefined
  /** How many trial calls decide. Default 1: without `failureRate` so many have to succeed, and one failure opens again. */
  readonly successes?: number | undefined
  /** With it the decision falls after `successes` trial calls have ended: it opens again if at least this fraction failed. */
  readonly failureRate?: number | undefined
  /** A trial call that takes longer counts as failed, so that a hung one cannot hold the breaker half-open. Default `'30s'`. */
  readonly permitTimeout?: Duration | undefined
  /** After closing, the time over which the share of calls let through grows from a tenth to all. Default 0. */
  readonly rampUp?: Duration | undefined
}

export const MAX_PERMITS = 1_000

/** What the trial calls say so far. */
export type Verdict = 'undecided' | 'close' | 'open'

/** The trial calls of half-open periods: each takes a slot, numbered from 1. */
export class Probes {
  readonly rampUpMs: number
  readonly #permits: number
  readonly #needed: number
  readonly #failureRate: number | undefined
  readonly #timeoutMs: number
  /** Per slot when its call began, or -1 where it is free. Made at the first half-open period. */
  #begunAt: Float64Array | undefined
  #ended = 0
  #failed = 0

  /** @throws TypeError or RangeError naming the option and the value. */
  constructor(options: HalfOpenOptions = {}) {
    assertOptions('halfOpen', options, ['permits', 'successes', 'failureRate', 'permitTimeout', 'rampUp'])
    const { permits = 1, successes = 1, failureRate, permitTimeout = '30s', rampUp = 0 } = options
    assertCount('halfOpen.permits', permits, 1)
    if (permits > MAX_PERMITS) throw new RangeError(`halfOpen.permits must be at most ${MAX_PERMITS}, got ${permits}`)
    assertCount('halfOpen.successes', successes, 1)
    if (failureRate !== undefined) assertRate('halfOpen.failureRate', failureRate)
    this.#permits = permits
    this.#needed = successes
    this.#failureRate = failureRate
    this.#timeoutMs = durationMs('halfOpen.permitTimeout', permitTimeout)
    this.rampUpMs = durationMs('halfOpen.rampUp', rampUp)
  }

  /** Begins a half-open period: all slots are free. */
  begin(): void {
    this.#begunAt ??= new Float64Array(this.#permits)
    this.#begunAt.fill(-1)
    this.#ended = 0
    this.#failed = 0
  }

  /** A slot for a call that begins at `now`, or 0 where all are taken. O(permits). */
  take(now: number): number {
    const slot = this.#begunAt!.indexOf(-1)
    if (slot === -1) return 0
    this.#begunAt![slot] = now
    return slot + 1
  }

  /** Whether a trial call has taken longer than its permit lasts. O(permits). */
  hasExpired(now: number): boolean {
    return this.#begunAt!.some((begunAt) => begunAt !== -1 && now - begunAt >= this.#timeoutMs)
  }

  /** Frees a slot; false where it is free already. */
  free(slot: number): boolean {
    if (this.#begunAt?.[slot - 1] === undefined || this.#begunAt[slot - 1] === -1) return false
    this.#begunAt[slot - 1] = -1
    return true
  }

  /** What to do after one more trial call has ended. */
  record(isFailure: boolean): Verdict {
    this.#ended++
    if (isFailure) this.#failed++
    if (this.#failureRate === undefined && isFailure) return 'open'
    if (this.#ended < this.#needed) return 'undecided'
    return this.#failureRate !== undefined && this.#failed / this.#ended >= this.#failureRate ? 'open' : 'close'
  }
}
