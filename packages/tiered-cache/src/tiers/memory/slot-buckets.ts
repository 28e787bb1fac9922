import { NONE } from '../../policies/policy.ts'

const WORD_BITS = 32
const NO_LINKS = new Int32Array(0)

/**
 * A fixed number of buckets (at most 1024) that hold slots in the order in which they came; a slot is in one of them at most. The
 * first bucket that is not empty is found without looking at the others. All operations are O(1); 8 bytes a slot, and nothing
 * before the first slot comes.
 */
export class SlotBuckets {
  readonly #buckets: number
  /**
   * Of node n at 2n the one before it, at 2n + 1 the one behind it, in a ring for each bucket. Node 0 is nobody, so a link of 0
   * is no link and fresh memory needs no filling; then come the buckets, which close the rings, then the slots.
   */
  #links = NO_LINKS
  /** A bit for each bucket that is not empty. */
  readonly #marks: Int32Array
  /** A bit for each word of the marks that is not 0. */
  #markedWords = 0
  #capacity = 0

  constructor(buckets: number) {
    this.#buckets = buckets
    this.#marks = new Int32Array(Math.ceil(buckets / WORD_BITS))
  }

  /** Makes place for the slots below `capacity`. */
  grow(capacity: number): void {
    if (capacity <= this.#capacity) return
    this.#capacity = capacity
    if (this.#links !== NO_LINKS) this.#allocate()
  }

  /** Empties all buckets and gives the memory back. */
  clear(): void {
    this.#links = NO_LINKS
    this.#marks.fill(0)
    this.#markedWords = 0
  }

  /** Adds a slot that is in no bucket. */
  put(bucket: number, slot: number): void {
    if (this.#links === NO_LINKS) this.#allocate()
    const links = this.#links
    const end = bucket + 1
    const node = slot + this.#buckets + 1
    const last = links[2 * end]! || end
    links[2 * node] = last
    links[2 * node + 1] = end
    links[2 * last + 1] = node
    links[2 * end] = node
    if (last === end) this.#mark(bucket)
  }

  /** Takes a slot out of its bucket, if it is in one. */
  take(slot: number): void {
    const links = this.#links
    if (links === NO_LINKS) return
    const node = slot + this.#buckets + 1
    const before = links[2 * node]!
    if (before === 0) return
    const behind = links[2 * node + 1]!
    links[2 * node] = 0
    links[2 * node + 1] = 0
    links[2 * before + 1] = behind
    links[2 * behind] = before
    // Only the end of a ring has itself on both sides of its only slot.
    if (before === behind) this.#unmark(before - 1)
  }

  /** Moves all slots of a bucket into one that is empty. */
  pour(from: number, into: number): void {
    const links = this.#links
    const first = links[2 * (from + 1) + 1]!
    const last = links[2 * (from + 1)]!
    const end = into + 1
    links[2 * end] = last
    links[2 * end + 1] = first
    links[2 * first] = end
    links[2 * last + 1] = end
    links[2 * (from + 1)] = 0
    this.#unmark(from)
    this.#mark(into)
  }

  /** The slot that has been in a bucket longest, or NONE. */
  oldest(bucket: number): number {
    return this.isEmpty(bucket) ? NONE : this.#links[2 * (bucket + 1) + 1]! - this.#buckets - 1
  }

  isEmpty(bucket: number): boolean {
    return (this.#marks[bucket >>> 5]! & (1 << bucket)) === 0
  }

  /** The lowest bucket that is not empty, or NONE. */
  lowest(): number {
    if (this.#markedWords === 0) return NONE
    const word = lowestBit(this.#markedWords)
    return word * WORD_BITS + lowestBit(this.#marks[word]!)
  }

  #allocate(): void {
    const links = new Int32Array(2 * (1 + this.#buckets + this.#capacity))
    links.set(this.#links)
    this.#links = links
  }

  // A shift by more than 31 takes the five low bits alone: the place of a bucket in its word.
  #mark(bucket: number): void {
    const word = bucket >>> 5
    this.#marks[word] = this.#marks[word]! | (1 << bucket)
    this.#markedWords |= 1 << word
  }

  #unmark(bucket: number): void {
    const word = bucket >>> 5
    this.#marks[word] = this.#marks[word]! & ~(1 << bucket)
    if (this.#marks[word] === 0) this.#markedWords &= ~(1 << word)
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}
