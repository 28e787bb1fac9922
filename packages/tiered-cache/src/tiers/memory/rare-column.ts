/** A fact by slot that few entries have: there is no memory for it before one has it. */
export class RareColumn<T extends object | string> {
  readonly #each: (T | undefined)[] = []

  at(slot: number): T | undefined {
    return slot < this.#each.length ? this.#each[slot] : undefined
  }

  /** O(1) amortised; `undefined` where the entry has none. */
  set(slot: number, fact: T | undefined): void {
    if (fact === undefined && slot >= this.#each.length) return
    // Without holes, which are slower to read.
    while (this.#each.length < slot) this.#each.push(undefined)
    this.#each[slot] = fact
  }

  clear(): void {
    this.#each.length = 0
  }
}
