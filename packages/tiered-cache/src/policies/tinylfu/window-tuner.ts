import { samplingFor } from './sampling.ts'
import { ShadowCaches } from './shadow-caches.ts'

/** Of the capacity, until the shadows have something to say: right for loops and scans, which punish a large one most. */
export const FIRST_WINDOW = 0.01
/** The window moves by so much of the capacity in one decision at most. */
const LONGEST_STEP = 0.05
/** Frequencies are halved each time so many times the capacity was asked for: what is used often is used often of late. */
const CAPACITIES_PER_PERIOD = 10
/** A smaller cache forgets no faster than one of so many entries. */
const LEAST_PERIOD_CAPACITY = 256

/** The share of the capacity that is the window, moved towards what does best for a sample of the keys; and the time, in requests. */
export class WindowTuner {
  /** Entries, or as many as are thought to fit. */
  readonly capacity: number
  readonly #shift: number
  readonly #shadows: ShadowCaches
  readonly #requestsPerPeriod: number
  #requests = 0
  #share: number

  /** Begins with the share that another one has learnt, where there was one. */
  constructor(capacity: number, share: number) {
    const { shift, size } = samplingFor(capacity)
    this.capacity = capacity
    this.#share = share
    this.#shift = shift
    this.#shadows = new ShadowCaches(size)
    this.#requestsPerPeriod = CAPACITIES_PER_PERIOD * Math.max(size, LEAST_PERIOD_CAPACITY >>> shift)
  }

  get share(): number {
    return this.#share
  }

  isSampled(hash: number): boolean {
    return this.#shift === 0 || hash >>> (32 - this.#shift) === 0
  }

  /** A sampled key was asked for. True where a period ends with it. */
  request(hash: number): boolean {
    if (this.#shadows.request(hash)) {
      const step = this.#shadows.bestWindow() - this.#share
      this.#share += Math.max(-LONGEST_STEP, Math.min(LONGEST_STEP, step))
    }
    return this.#pass(1)
  }

  /** Some key was asked for that the shadows are not to see. True where a period ends with it. */
  passBy(): boolean {
    return this.#pass(2 ** -this.#shift)
  }

  #pass(requests: number): boolean {
    this.#requests += requests
    if (this.#requests < this.#requestsPerPeriod) return false
    this.#requests = 0
    this.#shadows.age()
    return true
  }
}
