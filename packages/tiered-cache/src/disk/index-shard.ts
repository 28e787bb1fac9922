/** Words of a slot: hash high, hash low, segment, offset, flags and length. A slot whose last word is 0 is empty. */
const WORDS = 5
const HIGH = 0
const LOW = 1
const SEGMENT = 2
const OFFSET = 3
const LENGTH = 4

const FIRST_CAPACITY = 8
const GROWTH = 1.5
const MOST_LOAD = 0.8
const TWO_32 = 2 ** 32

/** Of the word of the length: the entry was read since it was written; the key was deleted. */
const USED = 2 ** 30
const TOMBSTONE = 2 ** 31
const LENGTH_MASK = 2 ** 29 - 1

/** Where an entry is: its segment, the offset of its frame, and the length of its body. */
export interface Location {
  readonly segment: number
  readonly offset: number
  readonly length: number
}

/**
 * A hash table over one typed array: open addressing with linear probing, 20 bytes a slot, 25 to 38 bytes an entry. It grows by half,
 * at once; entries that leave are closed up, so that nothing is left to be swept.
 */
export class IndexShard {
  #slots = new Uint32Array(FIRST_CAPACITY * WORDS)
  #capacity = FIRST_CAPACITY
  #taken = 0
  #tombstones = 0

  /** Entries, without tombstones. */
  get size(): number {
    return this.#taken - this.#tombstones
  }

  get byteLength(): number {
    return this.#slots.byteLength
  }

  /** `isUse` marks it as read. Tombstones are not found. */
  find(high: number, low: number, isUse: boolean): Location | undefined {
    const at = this.#locate(high, low)
    const word = this.#slots[at + LENGTH]!
    if (word === 0 || word >= TOMBSTONE) return undefined
    if (isUse && (word & USED) === 0) this.#slots[at + LENGTH] = word | USED
    return { segment: this.#slots[at + SEGMENT]!, offset: this.#slots[at + OFFSET]!, length: word & LENGTH_MASK }
  }

  /** Whether the entry was read since it was put here. */
  isUsed(high: number, low: number): boolean {
    return (this.#slots[this.#locate(high, low) + LENGTH]! & USED) !== 0
  }

  put(high: number, low: number, segment: number, offset: number, length: number): void {
    this.#write(high, low, segment, offset, length)
  }

  /** Says of a key that it is gone, whatever older places say. */
  bury(high: number, low: number): void {
    this.#write(high, low, 0, 0, TOMBSTONE)
  }

  /** Whether an entry or a tombstone is there. */
  has(high: number, low: number): boolean {
    return this.#slots[this.#locate(high, low) + LENGTH] !== 0
  }

  remove(high: number, low: number): void {
    const at = this.#locate(high, low)
    const word = this.#slots[at + LENGTH]!
    if (word === 0) return
    this.#taken--
    if (word >= TOMBSTONE) this.#tombstones--
    this.#closeUp(at)
  }

  dropTombstones(): void {
    if (this.#tombstones !== 0) this.#rebuild(this.#capacity, (word) => word < TOMBSTONE)
  }

  /** Drops the entries of a segment and of all that are older. Tombstones stay. */
  dropThrough(segment: number): void {
    this.#rebuild(this.#capacity, (word, of) => word >= TOMBSTONE || of > segment)
  }

  #write(high: number, low: number, segment: number, offset: number, word: number): void {
    let at = this.#locate(high, low)
    const before = this.#slots[at + LENGTH]!
    if (before === 0) {
      if (this.#taken + 1 > this.#capacity * MOST_LOAD) {
        this.#rebuild(Math.ceil(this.#capacity * GROWTH), () => true)
        at = this.#locate(high, low)
      }
      this.#taken++
    }
    if (before >= TOMBSTONE) this.#tombstones--
    if (word >= TOMBSTONE) this.#tombstones++
    this.#fill(at, high, low, segment, offset, word)
  }

  #fill(at: number, high: number, low: number, segment: number, offset: number, word: number): void {
    this.#slots[at + HIGH] = high
    this.#slots[at + LOW] = low
    this.#slots[at + SEGMENT] = segment
    this.#slots[at + OFFSET] = offset
    this.#slots[at + LENGTH] = word
  }

  /** The slot of this hash, or the empty one where it belongs. */
  #locate(high: number, low: number): number {
    const slots = this.#slots
    let at = this.#home(low)
    while (slots[at + LENGTH] !== 0 && (slots[at + LOW] !== low || slots[at + HIGH] !== high)) {
      at += WORDS
      if (at === slots.length) at = 0
    }
    return at
  }

  #home(low: number): number {
    return Math.floor((low * this.#capacity) / TWO_32) * WORDS
  }

  /** Empties a slot, and moves up what would no longer be found behind it (Knuth, volume 3, 6.4, algorithm R). */
  #closeUp(gap: number): void {
    const slots = this.#slots
    let hole = gap
    let at = gap
    for (;;) {
      slots[hole + LENGTH] = 0
      for (;;) {
        at += WORDS
        if (at === slots.length) at = 0
        if (slots[at + LENGTH] === 0) return
        const home = this.#home(slots[at + LOW]!)
        const staysPut = hole <= at ? hole < home && home <= at : hole < home || home <= at
        if (!staysPut) break
      }
      slots.copyWithin(hole, at, at + WORDS)
      hole = at
    }
  }

  #rebuild(capacity: number, stays: (word: number, segment: number) => boolean): void {
    const before = this.#slots
    this.#slots = new Uint32Array(capacity * WORDS)
    this.#capacity = capacity
    this.#taken = 0
    this.#tombstones = 0
    for (let from = 0; from < before.length; from += WORDS) {
      const word = before[from + LENGTH]!
      const segment = before[from + SEGMENT]!
      if (word === 0 || !stays(word, segment)) continue
      const [high, low] = [before[from + HIGH]!, before[from + LOW]!]
      this.#fill(this.#locate(high, low), high, low, segment, before[from + OFFSET]!, word)
      this.#taken++
      if (word >= TOMBSTONE) this.#tombstones++
    }
  }
}
