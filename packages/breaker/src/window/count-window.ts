import type { RateWindow } from './rate-window.ts'

/** The last `size` calls: one bit each in a ring, with running counts. */
export class CountWindow implements RateWindow {
  readonly #size: number
  readonly #bits: Uint32Array
  #next = 0
  #calls = 0
  #bad = 0

  constructor(size: number) {
    this.#size = size
    this.#bits = new Uint32Array(Math.ceil(size / 32))
  }

  get calls(): number {
    return this.#calls
  }

  get bad(): number {
    return this.#bad
  }

  record(isBad: boolean): void {
    const word = this.#next >>> 5
    const mask = 1 << (this.#next & 31)
    const bits = this.#bits[word]!
    // The place of the oldest call, still zero where the ring has not come round yet.
    if ((bits & mask) !== 0) this.#bad--
    this.#bits[word] = isBad ? bits | mask : bits & ~mask
    if (isBad) this.#bad++
    if (this.#calls < this.#size) this.#calls++
    this.#next = this.#next + 1 === this.#size ? 0 : this.#next + 1
  }

  clear(): void {
    this.#bits.fill(0)
    this.#next = 0
    this.#calls = 0
    this.#bad = 0
  }
}
