const [CR_LF_BYTES, LF, MINUS, ZERO, NINE] = [2, 0x0a, 0x2d, 0x30, 0x39]
const [STRING, ARRAY, ERROR] = ['$', '*', '-'].map((type) => type.charCodeAt(0))

/** Counts replies of Redis (RESP2) as they come in, in whatever pieces; each item of an array counts, the array does not. */
export class ReplyCounter {
  /** Replies that have come in whole. */
  replies = 0
  /** Those of them that are neither nothing nor an error. */
  found = 0
  /** First byte of the line that is being read; 0 between two lines. */
  #type = 0
  #number = 0
  #isNegative = false
  /** Bytes of a string that are still to come, its end included. */
  #left = 0

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) at = this.#left > 0 ? this.#skip(chunk, at) : this.#read(chunk, at)
  }

  #skip(chunk: Uint8Array, at: number): number {
    const skipped = Math.min(this.#left, chunk.length - at)
    this.#left -= skipped
    if (this.#left === 0) this.#count(true)
    return at + skipped
  }

  #read(chunk: Uint8Array, at: number): number {
    const byte = chunk[at] as number
    if (this.#type === 0) this.#begin(byte)
    else if (byte === LF) this.#end()
    else if (byte === MINUS) this.#isNegative = true
    else if (byte >= ZERO && byte <= NINE) this.#number = this.#number * 10 + byte - ZERO
    return at + 1
  }

  #begin(type: number): void {
    this.#type = type
    this.#number = 0
    this.#isNegative = false
  }

  #end(): void {
    const type = this.#type
    this.#type = 0
    if (type === STRING && !this.#isNegative) this.#left = this.#number + CR_LF_BYTES
    else if (type !== ARRAY) this.#count(type !== STRING && type !== ERROR)
  }

  #count(isFound: boolean): void {
    this.replies++
    if (isFound) this.found++
  }
}
