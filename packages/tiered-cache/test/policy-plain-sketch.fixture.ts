import { mixed } from '../src/policies/tinylfu/key-hash.ts'

const LEAST_ENTRIES = 1024
const ENTRIES_PER_BLOCK = 8
const ROWS = 4
const COLUMNS = 32
/** A word has eight counters: every fourth of a row. */
const WORDS_PER_ROW = 4

/** The frequency sketch with a number for each counter: by block, row and column. */
export class PlainSketch {
  #blocks: number[][][]
  #agedTo = 0

  constructor(entries: number) {
    this.#blocks = Array.from({ length: blocksFor(entries) }, () =>
      Array.from({ length: ROWS }, () => Array.from({ length: COLUMNS }, () => 0)),
    )
  }

  get entries(): number {
    return this.#blocks.length * ENTRIES_PER_BLOCK
  }

  double(): void {
    this.#blocks = [...this.#blocks, ...structuredClone(this.#blocks)]
    this.#agedTo = 0
  }

  estimate(hash: number): number {
    return Math.min(...this.#counters(hash).map(([row, column]) => row[column]!))
  }

  raise(hash: number, count: number): void {
    for (const [row, column] of this.#counters(hash)) row[column] = Math.max(row[column]!, count)
  }

  ageSome(words: number): boolean {
    const all = this.#blocks.length * ROWS * WORDS_PER_ROW
    const end = Math.min(this.#agedTo + words, all)
    for (; this.#agedTo < end; this.#agedTo++) this.#halveWord(this.#agedTo)
    if (end === all) this.#agedTo = 0
    return end === all
  }

  #counters(hash: number): (readonly [number[], number])[] {
    const block = this.#blocks[(hash >>> 0) % this.#blocks.length]!
    return block.map((row, at) => [row, Math.floor((mixed(hash) >>> 0) / COLUMNS ** at) % COLUMNS])
  }

  #halveWord(word: number): void {
    const row = this.#blocks[Math.floor(word / (ROWS * WORDS_PER_ROW))]![Math.floor(word / WORDS_PER_ROW) % ROWS]!
    for (let column = word % WORDS_PER_ROW; column < COLUMNS; column += WORDS_PER_ROW) {
      row[column] = Math.floor(row[column]! / 2)
    }
  }
}

function blocksFor(entries: number): number {
  let blocks = LEAST_ENTRIES / ENTRIES_PER_BLOCK
  while (blocks * ENTRIES_PER_BLOCK < entries) blocks *= 2
  return blocks
}
