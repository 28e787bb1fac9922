/** How many keys a tier may hold back; over it everything stored so far is held back instead. */
export const MAX_UNREAD_KEYS = 10_000

/**
 * The keys whose copy in one tier is not to be believed, because the tier did not acknowledge the newest write to them, or
 * because a write that was given up may still land. Never holds values.
 */
export class UnreadKeys {
  /** Turn of the newest unacknowledged write, by key. */
  readonly #pending = new Map<string, number>()
  /** By key, the instant up to which what was stored is not believed. */
  readonly #notUpTo = new Map<string, number>()
  #allUpTo = -Infinity
  #turn = 0
  /** Writes up to this turn are covered by {@link distrustAll}. */
  #coveredTurn = 0

  /** How many keys wait for a delete to be acknowledged. */
  get pending(): number {
    return this.#pending.size
  }

  get isOverBound(): boolean {
    return this.#pending.size > MAX_UNREAD_KEYS || this.#notUpTo.size > MAX_UNREAD_KEYS
  }

  isPending(key: string): boolean {
    return this.#pending.has(key)
  }

  pendingKeys(): string[] {
    return [...this.#pending.keys()]
  }

  /** Whether an entry of the key, stored at that instant, may be read. */
  believes(key: string, storedAt: number): boolean {
    if (!(storedAt > this.#allUpTo) || this.#pending.has(key)) return false
    return this.#notUpTo.size === 0 || storedAt > (this.#notUpTo.get(key) ?? -Infinity)
  }

  /** The turn of a write that begins now: later ones have higher turns. */
  nextTurn(): number {
    return ++this.#turn
  }

  /** The write of `turn` was not acknowledged. */
  add(key: string, turn: number): void {
    if (turn > this.#coveredTurn) this.#pending.set(key, Math.max(turn, this.#pending.get(key) ?? 0))
  }

  /** The write of `turn` was acknowledged: what is pending from before it is settled by it. */
  settle(key: string, turn: number): void {
    const pending = this.#pending.get(key)
    if (pending !== undefined && pending <= turn) this.#pending.delete(key)
  }

  /** Nothing stored under the key up to `instant` is believed, whenever it lands. */
  distrust(key: string, instant: number): void {
    this.#notUpTo.set(key, Math.max(instant, this.#notUpTo.get(key) ?? -Infinity))
  }

  /** Nothing at all stored up to `instant` is believed, which settles every key at once. */
  distrustAll(instant: number): void {
    this.#allUpTo = instant
    this.#coveredTurn = this.#turn
    this.#pending.clear()
    this.#notUpTo.clear()
  }
}
