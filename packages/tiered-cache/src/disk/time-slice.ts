const SLICE_MS = 1
/** Between two looks at the clock. */
const STEPS = 32

/** Cuts long work into slices of a millisecond, between which the loop turns. */
export class TimeSlice {
  #steps = 0
  #begun = performance.now()

  /** Tells after each small step whether it is time to {@link rest}. */
  isOver(): boolean {
    this.#steps++
    return this.#steps % STEPS === 0 && this.isSpent()
  }

  /** The same after each large step. */
  isSpent(): boolean {
    return performance.now() - this.#begun > SLICE_MS
  }

  async rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#begun = performance.now()
  }
}
