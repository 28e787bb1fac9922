/** A sequence of draws that looks random, repeatable by its seed (xorshift; Marsaglia 2003). */
export class Draws {
  #bits: number

  constructor(seed: number) {
    // Zero would draw zeros alone.
    this.#bits = seed | 1
  }

  /** 0 to 1. */
  next(): number {
    let bits = this.#bits
    bits ^= bits << 13
    bits ^= bits >>> 17
    bits ^= bits << 5
    this.#bits = bits
    return (bits >>> 0) / 2 ** 32
  }
}
