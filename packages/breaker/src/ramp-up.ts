const FIRST_SHARE = 0.1

/**
 * The time after a recovery in which only a growing share of the calls is let through, so that an upstream that has just
 * come back is not hit by all that has waited. Calls are spread evenly, without chance.
 */
export class RampUp {
  readonly #begunAt: number
  readonly #durationMs: number
  /** The first call is let through, also where there are few. */
  #credit = 1 - FIRST_SHARE

  constructor(begunAt: number, durationMs: number) {
    this.#begunAt = begunAt
    this.#durationMs = durationMs
  }

  /** Milliseconds until all calls are let through. */
  msLeft(now: number): number {
    return Math.max(0, this.#begunAt + this.#durationMs - now)
  }

  /** Whether this call is let through. */
  admits(now: number): boolean {
    const share = FIRST_SHARE + (1 - FIRST_SHARE) * ((now - this.#begunAt) / this.#durationMs)
    this.#credit += share
    if (this.#credit < 1) return false
    this.#credit -= 1
    return true
  }
}
