import { type Duration, durationMs } from './duration.ts'
import { assertOptions } from './option-object.ts'

/** How long a breaker stays open: always the same, or longer each time it opens again soon. */
export type OpenFor =
  | Duration
  | {
      readonly base: Duration
      readonly max: Duration
      /** Growth from one opening to the next. Default 2. */
      readonly factor?: number | undefined
      /** How far the time may differ, as a fraction, so that many nodes do not probe at once. Default 0.2. */
      readonly jitter?: number | undefined
    }

const MAX_EXPONENT = 1_000

/**
 * The open times of one breaker. The exponent grows by one with each opening and, as Envoy's outlier ejection has it, falls
 * by one for each `base` of time spent closed, rather than to zero at once: a flapping upstream is left alone for longer.
 */
export class OpenTime {
  readonly #baseMs: number
  readonly #maxMs: number
  readonly #factor: number
  readonly #jitter: number
  #exponent = 0
  #closedSince = 0

  /** @throws TypeError or RangeError naming the option and the value. */
  constructor(openFor: OpenFor) {
    if (typeof openFor !== 'object') {
      this.#baseMs = durationMs('openFor', openFor)
      this.#maxMs = this.#baseMs
      this.#factor = 1
      this.#jitter = 0
      return
    }
    assertOptions('openFor', openFor, ['base', 'max', 'factor', 'jitter'])
    this.#baseMs = durationMs('openFor.base', openFor.base)
    this.#maxMs = durationMs('openFor.max', openFor.max)
    this.#factor = openFor.factor ?? 2
    this.#jitter = openFor.jitter ?? 0.2
    if (this.#maxMs < this.#baseMs) throw new RangeError('openFor.max must be at least openFor.base, got a shorter one')
    if (!(this.#factor >= 1 && Number.isFinite(this.#factor))) {
      throw new RangeError(`openFor.factor must be at least 1 and finite, got ${this.#factor}`)
    }
    if (!(this.#jitter >= 0 && this.#jitter <= 1))
      throw new RangeError(`openFor.jitter must be from 0 to 1, got ${this.#jitter}`)
  }

  /** The time to stay open from `now` on. `wasClosed`: not straight from half-open. */
  next(now: number, wasClosed: boolean): number {
    if (wasClosed) this.#decay(now)
    // Capped before the jitter, so that no exponent gives Infinity or NaN.
    const grown = Math.min(this.#maxMs, this.#baseMs * this.#factor ** this.#exponent)
    this.#exponent = Math.min(MAX_EXPONENT, this.#exponent + 1)
    return Math.min(this.#maxMs, grown * (1 + this.#jitter * (2 * Math.random() - 1)))
  }

  closedAt(now: number): void {
    this.#closedSince = now
  }

  reset(): void {
    this.#exponent = 0
  }

  #decay(now: number): void {
    const healthy = Math.floor((now - this.#closedSince) / Math.max(1, this.#baseMs))
    this.#exponent = Math.max(0, this.#exponent - healthy)
  }
}
