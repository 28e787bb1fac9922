/** A number for each slot, in a `Float64Array` that there is only once two of them differ. */
export class Column {
  #all: number
  #each: Float64Array | undefined
  #capacity = 0

  /** Every slot has `initial` until it is set. */
  constructor(initial: number) {
    this.#all = initial
  }

  at(slot: number): number {
    return this.#each === undefined ? this.#all : this.#each[slot]!
  }

  /** O(1), but for the first value that differs: O(capacity) once. */
  set(slot: number, value: number): void {
    if (this.#each === undefined) {
      if (value === this.#all) return
      this.#each = new Float64Array(this.#capacity).fill(this.#all)
    }
    this.#each[slot] = value
  }

  grow(capacity: number): void {
    this.#capacity = capacity
    if (this.#each === undefined) return
    const grown = new Float64Array(capacity).fill(this.#all)
    grown.set(this.#each)
    this.#each = grown
  }

  /** All slots are free: every one has `initial` again. */
  reset(initial: number): void {
    this.#all = initial
    this.#each = undefined
  }
}
