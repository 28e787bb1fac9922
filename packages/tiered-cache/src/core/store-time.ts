import type { Clock } from '../clock.ts'

/**
 * The instants at which this cache stores entries, such that a mark lies strictly between what was stored before it and
 * what is stored after it, even within one millisecond and even when the wall clock steps back. (Until a clock that stepped
 * back has caught up with the latest mark, entries are stamped just after that mark.)
 */
export class StoreTime {
  readonly #clock: Clock
  #highest = 0
  #marked = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The `storedAt` of an entry made now. */
  stamp(): number {
    const stamp = Math.max(this.#clock.now(), this.#marked + 1)
    this.#highest = Math.max(this.#highest, stamp)
    return stamp
  }

  /** An instant not before any stamp so far and before every later one. */
  mark(): number {
    this.#marked = Math.max(this.#marked, this.#clock.now(), this.#highest)
    return this.#marked
  }
}
