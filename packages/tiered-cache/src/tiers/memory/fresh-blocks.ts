/** The block of a slot is the slot without its lowest bits. */
export const BLOCK_SHIFT = 6
const BLOCK_SLOTS = 1 << BLOCK_SHIFT
const SLOW_READS_PER_RENEWAL = 64

/**
 * Until when all entries of 64 neighbouring slots are fresh: one number that many reads share, so that it is in the processor's
 * cache where those of single slots are not. It may be too early, never too late, and is renewed as reads find it too early.
 */
export class FreshBlocks {
  #until: Float64Array = new Float64Array(0)
  #slowReads = 0

  /** By block; another array after `grow`. */
  get until(): Float64Array {
    return this.#until
  }

  grow(capacity: number): void {
    const until = new Float64Array(Math.ceil(capacity / BLOCK_SLOTS)).fill(Infinity)
    until.set(this.#until)
    this.#until = until
  }

  clear(): void {
    this.#until.fill(Infinity)
  }

  /** Whether the entry in a slot is surely fresh. The path of a hit. */
  covers(slot: number, now: number): boolean {
    return now < this.#until[slot >>> BLOCK_SHIFT]!
  }

  /** A slot has an entry that is fresh until then. */
  note(slot: number, staleAt: number): void {
    const block = slot >>> BLOCK_SHIFT
    if (staleAt < this.#until[block]!) this.#until[block] = staleAt
  }

  /** A slot was fresh that was not covered. Now and then its block is renewed, by `staleAt` of its slots below `capacity`: O(1) amortised. */
  missed(slot: number, capacity: number, staleAt: (slot: number) => number): void {
    if (++this.#slowReads % SLOW_READS_PER_RENEWAL !== 0) return
    const block = slot >>> BLOCK_SHIFT
    const end = Math.min((block + 1) * BLOCK_SLOTS, capacity)
    let until = Infinity
    for (let each = block * BLOCK_SLOTS; each < end; each++) until = Math.min(until, staleAt(each))
    this.#until[block] = until
  }
}
