const SAMPLES = 256
/** A look at all of them takes a third of a microsecond: it is done once for so many samples. */
const REFRESH_EVERY = 32
/** Before as many are known, the slowest would be the quantile. */
const ENOUGH = 100

/**
 * The p99 of the latest 256 durations, kept in a ring that is allocated once: the third longest of them, or the second longest as
 * long as they are fewer than 200. Recording is O(1) amortised; the value is at most 32 samples old.
 */
export class MovingP99 {
  readonly #ring = new Float64Array(SAMPLES)
  #recorded = 0
  #value: number | undefined

  /** `undefined` until the first hundred durations are known. */
  get value(): number | undefined {
    return this.#value
  }

  /** Whether the value was computed anew. */
  record(durationMs: number): boolean {
    this.#ring[this.#recorded % SAMPLES] = durationMs
    this.#recorded++
    if (this.#recorded < ENOUGH || this.#recorded % REFRESH_EVERY !== 0) return false
    this.#refresh(Math.min(this.#recorded, SAMPLES))
    return true
  }

  #refresh(count: number): void {
    let [first, second, third] = [0, 0, 0]
    for (let at = 0; at < count; at++) {
      const duration = this.#ring[at]!
      if (duration > first) [first, second, third] = [duration, first, second]
      else if (duration > second) [second, third] = [duration, second]
      else if (duration > third) third = duration
    }
    this.#value = count < 200 ? second : third
  }
}
