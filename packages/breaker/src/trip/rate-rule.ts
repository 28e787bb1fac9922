import { type Duration, durationMs } from '../duration.ts'
import { assertCount, assertFinite, assertOptions, shown } from '../option-object.ts'
import { CountWindow } from '../window/count-window.ts'
import type { RateWindow } from '../window/rate-window.ts'
import { TimeWindow } from '../window/time-window.ts'

/** The recent calls that count: so many, or those of so long. */
export type Window = { readonly calls: number } | { readonly duration: Duration }

/** Opens the breaker when of at least `minCalls` recent calls a fraction of `rate` (0..1) or more were bad. */
export interface RateRule {
  readonly rate: number
  readonly minCalls: number
  readonly window: Window
}

/** A {@link RateRule} at work. It is asked after every outcome, good ones too. */
export class RateTrip {
  readonly #rate: number
  readonly #minCalls: number
  readonly #window: RateWindow

  /** @throws TypeError or RangeError naming `option` and the value. */
  constructor(option: string, rule: RateRule, alsoKnown: readonly string[] = []) {
    assertOptions(option, rule, ['rate', 'minCalls', 'window', ...alsoKnown])
    assertRate(`${option}.rate`, rule.rate)
    assertCount(`${option}.minCalls`, rule.minCalls, 1)
    assertFinite(`${option}.minCalls`, rule.minCalls)
    this.#rate = rule.rate
    this.#minCalls = rule.minCalls
    this.#window = makeWindow(`${option}.window`, rule.window)
    assertCanBeMet(option, rule)
  }

  /** Whether `record` looks at `now`. */
  get needsTime(): boolean {
    return this.#window instanceof TimeWindow
  }

  /** Counts one call; whether it is time to open. */
  record(isBad: boolean, now: number): boolean {
    this.#window.record(isBad, now)
    const { calls, bad } = this.#window
    return calls >= this.#minCalls && bad / calls >= this.#rate
  }

  clear(): void {
    this.#window.clear()
  }
}

/** A fraction above 0, at most 1. */
export function assertRate(option: string, value: unknown): void {
  if (typeof value === 'number' && value > 0 && value <= 1) return
  throw new RangeError(`${option} must be above 0 and at most 1, got ${shown(value)}`)
}

function makeWindow(option: string, window: Window): RateWindow {
  assertOptions(option, window, ['calls', 'duration'])
  if ('calls' in window === 'duration' in window) throw new TypeError(`${option} must have either calls or duration`)
  if ('duration' in window)
    return new TimeWindow(positive(`${option}.duration`, durationMs(`${option}.duration`, window.duration)))
  assertCount(`${option}.calls`, window.calls, 1)
  assertFinite(`${option}.calls`, window.calls)
  return new CountWindow(window.calls)
}

/** A window shorter than the minimum would never fill. */
function assertCanBeMet(option: string, { minCalls, window }: RateRule): void {
  if (!('calls' in window) || minCalls <= window.calls) return
  throw new RangeError(`${option}.minCalls must be at most ${option}.window.calls, got ${minCalls} of ${window.calls}`)
}

function positive(option: string, ms: number): number {
  if (!(ms > 0)) throw new RangeError(`${option} must be above 0, got ${ms}`)
  assertFinite(option, ms)
  return ms
}
