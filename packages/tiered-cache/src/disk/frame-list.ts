const FIRST_FRAMES = 64
const GROWTH = 1.5

/** Words of a frame in a list: hash high, hash low, offset, kind and length. */
export const FRAME_WORDS = 4

/** The frames of a segment in their order, 16 bytes each: what is known of them without a look at their bodies. */
export class FrameList {
  #words: Uint32Array
  #count: number

  /** Takes over `words`, four for each frame. */
  constructor(words: Uint32Array = new Uint32Array(FIRST_FRAMES * FRAME_WORDS), count = 0) {
    this.#words = words
    this.#count = count
  }

  get count(): number {
    return this.#count
  }

  /** Without a copy. */
  get words(): Uint32Array {
    return this.#words.subarray(0, this.#count * FRAME_WORDS)
  }

  add(high: number, low: number, offset: number, word: number): void {
    const at = this.#count * FRAME_WORDS
    if (at === this.#words.length) this.#grow()
    this.#words[at] = high
    this.#words[at + 1] = low
    this.#words[at + 2] = offset
    this.#words[at + 3] = word
    this.#count++
  }

  high(index: number): number {
    return this.#words[index * FRAME_WORDS]!
  }

  low(index: number): number {
    return this.#words[index * FRAME_WORDS + 1]!
  }

  offset(index: number): number {
    return this.#words[index * FRAME_WORDS + 2]!
  }

  /** Kind and length of the body. */
  word(index: number): number {
    return this.#words[index * FRAME_WORDS + 3]!
  }

  #grow(): void {
    const words = new Uint32Array(Math.ceil((this.#count + 1) * GROWTH) * FRAME_WORDS)
    words.set(this.#words)
    this.#words = words
  }
}
