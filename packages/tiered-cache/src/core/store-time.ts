import type { Clock } from '../clock.ts'

/**
 * The instants at which this cache stores entries, such that a mark lies strictly between what was stored before it and
 * what is stored after it, even within one millisecond and even when the wall clock steps back.
 */
export class StoreTime {
  readonly #clock: Clock
  #latest = 0
  #marked = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The `storedAt` of an entry made now. */
  stamp(): number {
    this.#latest = Math.max(this.#clock.now(), this.#marked + 1)
    return this.#latest
  }

  /** An instant not before any stamp so far and before every later one. */
  mark(): number {
    this.#marked = Math.max(this.#clock.now(), this.#latest)
    return this.#marked
  }
}
