const MAX_PENDING = 10_000

/**
 * The keys whose newest write a tier has not acknowledged: its copy may be older than what the caller was told, so it is
 * not read until a delete has been acknowledged. Never holds values.
 */
export class PendingInvalidations {
  readonly #turns = new Map<string, number>()
  #turn = 0

  get size(): number {
    return this.#turns.size
  }

  get isOverBound(): boolean {
    return this.#turns.size > MAX_PENDING
  }

  has(key: string): boolean {
    return this.#turns.has(key)
  }

  keys(): string[] {
    return [...this.#turns.keys()]
  }

  /** The turn of a write that begins now: later ones have higher turns. */
  nextTurn(): number {
    return ++this.#turn
  }

  /** The write of `turn` was not acknowledged. */
  add(key: string, turn: number): void {
    this.#turns.set(key, Math.max(turn, this.#turns.get(key) ?? 0))
  }

  /** The write of `turn` was acknowledged: what is pending from before it is settled by it. */
  settle(key: string, turn: number): void {
    const pending = this.#turns.get(key)
    if (pending !== undefined && pending <= turn) this.#turns.delete(key)
  }

  clear(): void {
    this.#turns.clear()
  }
}
