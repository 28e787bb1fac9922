/** So much the smallest upload counts for: its file and its connection cost something too. */
const LEAST_BYTES = 65_536

/** The bytes that uploads may hold on disk at once. Each takes its share before it is read, until its file is gone. */
export class UploadSpace {
  readonly #largest: number
  #free: number

  /**
   * @param maxBytes of all uploads together
   * @param largest upload that is taken: as much is set aside for one that does not say how long it is
   */
  constructor(maxBytes: number, largest: number) {
    this.#largest = largest
    this.#free = maxBytes
  }

  /**
   * Sets the space for one upload aside.
   * @param announced its `Content-Length`; NaN without one
   * @returns what gives the space back, to be called once; `undefined` where there is not enough
   */
  take(announced: number): (() => void) | undefined {
    const wanted = Number.isNaN(announced) ? this.#largest : Math.max(announced, LEAST_BYTES)
    const bytes = Math.min(wanted, this.#largest)
    if (bytes > this.#free) return undefined
    this.#free -= bytes
    return () => void (this.#free += bytes)
  }
}
