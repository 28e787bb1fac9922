import { assertOptions, shown } from './option-object.ts'

/**
 * How many retries all calls of one strategy may make together, so that retries do not multiply the load of an upstream that
 * is down: at most `ratio` times the calls of the last ten seconds, and `minPerSecond` more for each of those seconds.
 */
export interface RetryBudget {
  /** Retries per call: 0.1 allows one for ten calls. */
  readonly ratio: number
  /** Retries per second that need no calls, so that a rarely used upstream can be retried at all. */
  readonly minPerSecond: number
}

const BUCKETS = 10
const BUCKET_MS = 1_000
const WINDOW_SECONDS = (BUCKETS * BUCKET_MS) / 1_000

/**
 * The calls and retries of the last ten seconds, held against a {@link RetryBudget}: one-second buckets with running sums.
 * The ring is turned by whoever comes next, by as many buckets as have passed, so it is right after any idle time without a
 * timer. O(1); allocates nothing after it was made.
 */
export class RetryBudgetWindow {
  readonly #ratio: number
  readonly #reserve: number
  readonly #callsOf = new Uint32Array(BUCKETS)
  readonly #retriesOf = new Uint32Array(BUCKETS)
  /** Number of the bucket that is being filled, counted since time zero. */
  #current = 0
  #calls = 0
  #retries = 0

  /** @throws TypeError or RangeError naming the option and the value. */
  constructor(budget: RetryBudget) {
    assertOptions('budget', budget, ['ratio', 'minPerSecond'])
    assertShare('budget.ratio', budget.ratio)
    assertShare('budget.minPerSecond', budget.minPerSecond)
    this.#ratio = budget.ratio
    this.#reserve = budget.minPerSecond * WINDOW_SECONDS
  }

  /** Counts the first attempt of a call. */
  called(now: number): void {
    this.#turn(now)
    this.#callsOf[this.#current % BUCKETS]!++
    this.#calls++
  }

  /** Counts a retry, if one is allowed. */
  tryRetry(now: number): boolean {
    this.#turn(now)
    if (this.#retries + 1 > this.#ratio * this.#calls + this.#reserve) return false
    this.#retriesOf[this.#current % BUCKETS]!++
    this.#retries++
    return true
  }

  /** Takes back the retry allowed at `takenAt`, which was not made. */
  giveBack(takenAt: number): void {
    const bucket = Math.floor(takenAt / BUCKET_MS)
    if (bucket <= this.#current - BUCKETS || this.#retriesOf[bucket % BUCKETS] === 0) return
    this.#retriesOf[bucket % BUCKETS]!--
    this.#retries--
  }

  #turn(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS)
    if (bucket <= this.#current) return
    const passed = Math.min(BUCKETS, bucket - this.#current)
    for (let step = 0; step < passed; step++) this.#empty((bucket - step) % BUCKETS)
    this.#current = bucket
  }

  #empty(place: number): void {
    this.#calls -= this.#callsOf[place]!
    this.#retries -= this.#retriesOf[place]!
    this.#callsOf[place] = 0
    this.#retriesOf[place] = 0
  }
}

function assertShare(option: string, value: unknown): void {
  if (typeof value !== 'number') {
    throw new TypeError(`${option} must be a number, got ${shown(value)}`)
  }
  if (value >= 0 && value < Infinity) return
  throw new RangeError(`${option} must be zero or more and limited, got ${value} (number)`)
}
