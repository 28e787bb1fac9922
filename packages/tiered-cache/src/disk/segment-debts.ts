/** Of one write to the disk: more would keep the loop waiting. */
const MOST_AT_ONCE = 256

/**
 * Keys of which the disk may have an older copy that must not come back: those whose overwriting or deletion is under way, or was refused
 * by the disk. The latter are owed a tombstone, which goes to the disk with the next write that it takes.
 */
export class SegmentDebts {
  /** Forgotten, and nothing newer on the disk yet. */
  readonly #forgotten = new Set<string>()
  readonly #refused = new Set<string>()

  /** Keys that are owed a tombstone. */
  get size(): number {
    return this.#refused.size
  }

  /** The disk has, or may have, a copy of the key, and a write of it is asked for. */
  forget(key: string): void {
    this.#forgotten.add(key)
  }

  /** A write of the key was refused. `mayBeThere`: the disk may have it all the same. */
  refuse(key: string, mayBeThere: boolean): void {
    if (mayBeThere) this.#forgotten.add(key)
    if (this.#forgotten.has(key)) this.#refused.add(key)
  }

  /** Some that are to be paid now. */
  next(): readonly string[] {
    const keys: string[] = []
    if (this.#refused.size === 0) return keys
    for (const key of this.#refused) if (keys.push(key) === MOST_AT_ONCE) break
    return keys
  }

  /** What is newest on the disk is a write of the key; `isLatest` is false where another was asked for since. */
  settle(key: string, isLatest: boolean): void {
    this.#refused.delete(key)
    if (isLatest) this.#forgotten.delete(key)
    else this.#forgotten.add(key)
  }

  /** Nothing is on the disk. */
  clear(): void {
    this.#forgotten.clear()
    this.#refused.clear()
  }
}
