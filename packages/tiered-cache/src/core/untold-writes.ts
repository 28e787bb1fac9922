import { MAX_UNREAD_KEYS } from './unread-keys.ts'

/**
 * The writes that the other nodes were not told of: keys, or everything. A message covers what was untold when it was sent, which
 * is what the turns tell; where there are too many keys, a clear stands for them.
 */
export class UntoldWrites {
  readonly #turns = new Map<string, number>()
  /** Of the clear that was not told; 0 for none. */
  #clearTurn = 0
  #turn = 0

  get size(): number {
    return this.#turns.size + (this.#clearTurn > 0 ? 1 : 0)
  }

  get isClear(): boolean {
    return this.#clearTurn > 0
  }

  keys(): readonly string[] {
    return [...this.#turns.keys()]
  }

  /** The turn of a message that is sent now: later ones have higher turns. */
  nextTurn(): number {
    return ++this.#turn
  }

  /** The message of `turn` was not taken. */
  add(keys: readonly string[], turn: number): void {
    for (const key of keys) this.#turns.set(key, Math.max(turn, this.#turns.get(key) ?? 0))
    if (this.#turns.size > MAX_UNREAD_KEYS) this.addAll(this.nextTurn())
  }

  /** A clear stands for all that is untold, or was itself not taken. */
  addAll(turn: number): void {
    this.#clearTurn = Math.max(turn, this.#clearTurn)
    this.#turns.clear()
  }

  /** The message of `turn` was taken. */
  told(keys: readonly string[], turn: number): void {
    for (const key of keys) if ((this.#turns.get(key) ?? Infinity) <= turn) this.#turns.delete(key)
  }

  /** The clear of `turn` was taken: it tells of every write before it. */
  toldAll(turn: number): void {
    if (this.#clearTurn <= turn) this.#clearTurn = 0
    this.told(this.keys(), turn)
  }
}
