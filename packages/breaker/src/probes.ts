import { type Duration, durationMs } from './duration.ts'
import { assertCount, assertFinite, assertOptions } from './option-object.ts'
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

/** How many trial calls one half-open period has numbers for. */
export const MAX_PROBES = 1_000

/** What the trial calls say so far. */
export type Verdict = 'undecided' | 'close' | 'open'

/** The trial calls of half-open periods, each with a number of its own from 1 on. */
export class Probes {
  readonly rampUpMs: number
  readonly #permits: number
  readonly #needed: number
  readonly #failureRate: number | undefined
  readonly #timeoutMs: number
  /** When each that still runs began, the oldest first. Made at the first half-open period. */
  #begunAt: Map<number, number> | undefined
  #latest = 0
  #ended = 0
  #failed = 0

  /** @throws TypeError or RangeError naming the option and the value. */
  constructor(options: HalfOpenOptions = {}) {
    assertOptions('halfOpen', options, ['permits', 'successes', 'failureRate', 'permitTimeout', 'rampUp'])
    const { permits = 1, successes = 1, failureRate, permitTimeout = '30s', rampUp = 0 } = options
    assertCount('halfOpen.permits', permits, 1)
    if (permits > MAX_PROBES) throw new RangeError(`halfOpen.permits must be at most ${MAX_PROBES}, got ${permits}`)
    assertCount('halfOpen.successes', successes, 1)
    assertFinite('halfOpen.successes', successes)
    if (failureRate !== undefined) assertRate('halfOpen.failureRate', failureRate)
    this.#permits = permits
    this.#needed = successes
    this.#failureRate = failureRate
    this.#timeoutMs = durationMs('halfOpen.permitTimeout', permitTimeout)
    this.rampUpMs = durationMs('halfOpen.rampUp', rampUp)
    assertFinite('halfOpen.rampUp', this.rampUpMs)
  }

  /** Begins a half-open period. */
  begin(): void {
    this.#begunAt ??= new Map()
    this.#begunAt.clear()
    this.#latest = 0
    this.#ended = 0
    this.#failed = 0
  }

  /** Whether the numbers of this period are used up: only after a thousand trial calls that all said nothing. */
  get isUsedUp(): boolean {
    return this.#latest === MAX_PROBES
  }

  /** The number of a trial call that begins at `now`, or 0 where as many run as may. O(1). */
  take(now: number): number {
    if (this.#begunAt!.size >= this.#permits) return 0
    this.#begunAt!.set(++this.#latest, now)
    return this.#latest
  }

  /** Takes a trial call back: whether it was in time, or `undefined` where it is none of those that run. */
  end(probe: number, now: number): boolean | undefined {
    const begunAt = this.#begunAt?.get(probe)
    if (begunAt === undefined) return undefined
    this.#begunAt!.delete(probe)
    return now - begunAt < this.#timeoutMs
  }

  /** Takes back those whose permit has run out, each as a failure. O(1) where there is none. */
  expire(now: number): Verdict {
    for (const [probe, begunAt] of this.#begunAt!) {
      if (now - begunAt < this.#timeoutMs) return 'undecided'
      this.#begunAt!.delete(probe)
      const verdict = this.record(true)
      if (verdict !== 'undecided') return verdict
    }
    return 'undecided'
  }

  /** Milliseconds until the oldest that runs has to be back; `Infinity` where none runs. */
  msLeft(now: number): number {
    for (const begunAt of this.#begunAt?.values() ?? []) return Math.max(0, begunAt + this.#timeoutMs - now)
    return Infinity
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
