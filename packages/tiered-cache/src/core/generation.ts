/** The time of one key between two writes: what was begun in it is void once the next write begins. */
export interface Generation {
  readonly isVoid: boolean
}

interface HeldGeneration {
  isVoid: boolean
  holders: number
}

/**
 * The generations of those keys that are being read, loaded or written. Exact per key: a write to another key voids nothing.
 * A key that nobody holds takes no memory. O(1) per call.
 */
export class Generations {
  readonly #current = new Map<string, HeldGeneration>()
  readonly #writes = new Map<string, Write>()

  /** The current generation of the key, kept until released. */
  hold(key: string): Generation {
    let generation = this.#current.get(key)
    if (generation === undefined) {
      generation = { isVoid: false, holders: 0 }
      this.#current.set(key, generation)
    }
    generation.holders++
    return generation
  }

  release(key: string, generation: Generation): void {
    const held = generation as HeldGeneration
    held.holders--
    if (held.holders === 0 && this.#current.get(key) === held) this.#current.delete(key)
  }

  /** Whether what was begun in this generation may be stored: it is not void, and no write to the key is under way. */
  mayStore(key: string, generation: Generation): boolean {
    return !generation.isVoid && !this.#writes.has(key)
  }

  /** A write to the key begins: voids what was begun before it. The answer is for {@link isNewest} and {@link endWrite}. */
  beginWrite(key: string): number {
    this.#void(key)
    const write = this.#writes.get(key) ?? { unfinished: 0, turn: 0 }
    this.#writes.set(key, write)
    write.unfinished++
    return ++write.turn
  }

  /** Whether no later write to the key has begun since this unfinished one. */
  isNewest(key: string, turn: number): boolean {
    return this.#writes.get(key)?.turn === turn
  }

  /** The write has ended: voids what was begun during it. */
  endWrite(key: string): void {
    this.#void(key)
    const write = this.#writes.get(key)
    if (write !== undefined && --write.unfinished === 0) this.#writes.delete(key)
  }

  /** Voids what was begun before: another node has written the key. */
  voidKey(key: string): void {
    this.#void(key)
  }

  /** Voids what was begun before, for all keys. O(keys held). */
  voidAll(): void {
    for (const generation of this.#current.values()) generation.isVoid = true
    this.#current.clear()
  }

  #void(key: string): void {
    const generation = this.#current.get(key)
    if (generation === undefined) return
    generation.isVoid = true
    this.#current.delete(key)
  }
}

interface Write {
  unfinished: number
  turn: number
}
