import type { RateWindow } from './rate-window.ts'

const BUCKETS = 10

/**
 * The calls of the last `durationMs`, in ten buckets with running counts: a call counts for at least nine tenths of the
 * duration and at most all of it. The ring is turned when a call is recorded, by as many buckets as have passed, so it is
 * right after any idle time without a timer.
 */
export class TimeWindow implements RateWindow {
  readonly #bucketMs: number
  readonly #callsOf = new Uint32Array(BUCKETS)
  readonly #badOf = new Uint32Array(BUCKETS)
  /** Number of the bucket that is being filled, counted since time zero. */
  #current = 0
  #calls = 0
  #bad = 0

  constructor(durationMs: number) {
    this.#bucketMs = durationMs / BUCKETS
  }

  get calls(): number {
    return this.#calls
  }

  get bad(): number {
    return this.#bad
  }

  record(isBad: boolean, now: number): void {
    const bucket = Math.floor(now / this.#bucketMs)
    if (bucket > this.#current) this.#turnTo(bucket)
    const place = this.#current % BUCKETS
    this.#callsOf[place]!++
    this.#calls++
    if (!isBad) return
    this.#badOf[place]!++
    this.#bad++
  }

  clear(): void {
    this.#callsOf.fill(0)
    this.#badOf.fill(0)
    this.#calls = 0
    this.#bad = 0
  }

  #turnTo(bucket: number): void {
    if (bucket - this.#current >= BUCKETS) this.clear()
    else for (let passed = this.#current + 1; passed <= bucket; passed++) this.#empty(passed % BUCKETS)
    this.#current = bucket
  }

  #empty(place: number): void {
    this.#calls -= this.#callsOf[place]!
    this.#bad -= this.#badOf[place]!
    this.#callsOf[place] = 0
    this.#badOf[place] = 0
  }
}
