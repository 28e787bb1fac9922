const SAMPLES = 128
/** The quantile is computed anew after as many samples: sorting costs a few microseconds, so a few dozen ns for each. */
const REFRESH_EVERY = 16

/**
 * A quantile (0 to 1) of the latest durations: 128 of them in a ring, allocated once. Recording is O(1) amortised, and the
 * quantile at most 16 samples old.
 */
export class RecentQuantile {
  readonly #quantile: number
  readonly #ring = new Float64Array(SAMPLES)
  readonly #sorted = new Float64Array(SAMPLES)
  #recorded = 0
  #value: number | undefined

  constructor(quantile: number) {
    this.#quantile = quantile
  }

  /** `undefined` until the first 16 durations are known. */
  get value(): number | undefined {
    return this.#value
  }

  record(durationMs: number): void {
    this.#ring[this.#recorded % SAMPLES] = durationMs
    this.#recorded++
    if (this.#recorded % REFRESH_EVERY === 0) this.#refresh()
  }

  #refresh(): void {
    const count = Math.min(this.#recorded, SAMPLES)
    const sorted = this.#sorted.subarray(0, count)
    sorted.set(this.#ring.subarray(0, count))
    sorted.sort()
    this.#value = sorted[Math.max(0, Math.ceil(this.#quantile * count) - 1)]
  }
}
