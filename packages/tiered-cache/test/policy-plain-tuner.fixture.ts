import { samplingFor } from '../src/policies/tinylfu/sampling.ts'
import { PlainShadows } from './policy-plain-shadows.fixture.ts'

const LONGEST_STEP = 0.05
const CAPACITIES_PER_PERIOD = 10
const LEAST_PERIOD_CAPACITY = 256

/** The window tuner on plain shadows, with the real sampling. */
export class PlainTuner {
  readonly capacity: number
  readonly #oneIn: number
  readonly #shadows: PlainShadows
  readonly #requestsPerPeriod: number
  #requests = 0
  share: number

  constructor(capacity: number, share: number) {
    this.capacity = capacity
    this.share = share
    const { shift, size } = samplingFor(capacity)
    this.#oneIn = 2 ** shift
    this.#shadows = new PlainShadows(size)
    this.#requestsPerPeriod = CAPACITIES_PER_PERIOD * Math.max(size, Math.floor(LEAST_PERIOD_CAPACITY / this.#oneIn))
  }

  isSampled(hash: number): boolean {
    return hash >>> 0 < 2 ** 32 / this.#oneIn
  }

  request(hash: number): boolean {
    if (this.#shadows.request(hash)) {
      const step = this.#shadows.bestWindow() - this.share
      this.share += Math.max(-LONGEST_STEP, Math.min(LONGEST_STEP, step))
    }
    return this.#pass(1)
  }

  passBy(): boolean {
    return this.#pass(1 / this.#oneIn)
  }

  #pass(requests: number): boolean {
    this.#requests += requests
    const isOver = this.#requests >= this.#requestsPerPeriod
    if (isOver) {
      this.#requests = 0
      this.#shadows.age()
    }
    return isOver
  }
}
