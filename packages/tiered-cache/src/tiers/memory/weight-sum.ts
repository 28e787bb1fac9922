/**
 * A sum of numbers that come and go. What is lost to rounding is kept beside it and given back, so that a heavy entry that left takes
 * nothing of light ones with it (the sum of Kahan and Babuška in Neumaier's form, 1974).
 */
export class WeightSum {
  #sum = 0
  #lost = 0

  get value(): number {
    return this.#sum + this.#lost
  }

  /** What the sum would be without one of its weights. */
  without(weight: number): number {
    return this.#sum - weight + this.#lost
  }

  /** The sum must stay a finite number. */
  add(weight: number): void {
    const sum = this.#sum + weight
    this.#lost += Math.abs(this.#sum) >= Math.abs(weight) ? this.#sum - sum + weight : weight - sum + this.#sum
    this.#sum = sum
  }

  clear(): void {
    this.#sum = 0
    this.#lost = 0
  }
}
