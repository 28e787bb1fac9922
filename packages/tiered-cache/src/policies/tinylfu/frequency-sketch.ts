import { mixed } from './key-hash.ts'

/** The greatest count of a counter of four bits. */
export const MOST_FREQUENT = 15

/** A small cache is asked for many more keys than it holds. */
const LEAST_ENTRIES = 1024
const ENTRIES_PER_BLOCK = 8
const BLOCK_WORDS = 16

/**
 * How often absent keys were used, within a bound: a count-min sketch of four rows (Cormode & Muthukrishnan 2005), whose counters
 * for one key lie in one block of 64 bytes, so that a key costs one cache line (Putze et al. 2009). Counts are too high where
 * keys collide, never too low, until they are halved. Eight to sixteen bytes an entry.
 */
export class FrequencySketch {
  #words: Int32Array
  #blockMask: number
  #agedTo = 0

  constructor(entries: number) {
    const blocks = blocksFor(entries)
    this.#words = new Int32Array(blocks * BLOCK_WORDS)
    this.#blockMask = blocks - 1
  }

  /** How many entries it is large enough for. */
  get entries(): number {
    return (this.#blockMask + 1) * ENTRIES_PER_BLOCK
  }

  /** Twice as large; what it knows stays known. O(size). */
  double(): void {
    const doubled = new Int32Array(this.#words.length * 2)
    doubled.set(this.#words)
    doubled.set(this.#words, this.#words.length)
    this.#words = doubled
    this.#blockMask = this.#blockMask * 2 + 1
    this.#agedTo = 0
  }

  /** 0 to 15. Reads four words. */
  estimate(hash: number): number {
    const words = this.#words
    const row = (hash & this.#blockMask) * BLOCK_WORDS
    const bits = mixed(hash)
    const first = Math.min(countAt(words, row, bits), countAt(words, row + 4, bits >>> 5))
    return Math.min(first, countAt(words, row + 8, bits >>> 10), countAt(words, row + 12, bits >>> 15))
  }

  /** From now on the estimate is at least `count`. Writes four words. */
  raise(hash: number, count: number): void {
    const words = this.#words
    const row = (hash & this.#blockMask) * BLOCK_WORDS
    const bits = mixed(hash)
    raiseAt(words, row, bits, count)
    raiseAt(words, row + 4, bits >>> 5, count)
    raiseAt(words, row + 8, bits >>> 10, count)
    raiseAt(words, row + 12, bits >>> 15, count)
  }

  /** Halves the counters of the next so many words, and tells whether all have had their turn. */
  ageSome(words: number): boolean {
    const end = Math.min(this.#agedTo + words, this.#words.length)
    for (let word = this.#agedTo; word < end; word++) this.#words[word] = (this.#words[word]! >>> 1) & 0x7777_7777
    this.#agedTo = end === this.#words.length ? 0 : end
    return this.#agedTo === 0
  }
}

/** The counter of a row of four words for five bits: two choose the word, three the counter in it. */
function countAt(words: Int32Array, row: number, bits: number): number {
  return (words[row + (bits & 3)]! >>> (bits & 0x1c)) & MOST_FREQUENT
}

function raiseAt(words: Int32Array, row: number, bits: number, count: number): void {
  const word = row + (bits & 3)
  const shift = bits & 0x1c
  const missing = count - ((words[word]! >>> shift) & MOST_FREQUENT)
  // Without a branch, which nobody could predict: nothing is added where nothing is missing.
  words[word] = words[word]! + ((missing & ~(missing >> 31)) << shift)
}

function blocksFor(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(entries, LEAST_ENTRIES) / ENTRIES_PER_BLOCK))
}
