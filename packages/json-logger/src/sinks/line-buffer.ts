const LF = 10

/** Bytes that a batch has before it is written without waiting for the end of the turn. */
export const BATCH_BYTES = 65_536

const IDLE_BYTES = 2 * BATCH_BYTES

/**
 * Whole lines that wait to be written, as UTF-8 in one piece of memory: at first two batches, grown up to a bound while
 * the place they go to is away, and given back afterwards. Appending is O(bytes) and allocates nothing below that.
 */
export class LineBuffer {
  readonly #maxBytes: number
  #memory: Buffer = Buffer.allocUnsafeSlow(IDLE_BYTES)
  #begin = 0
  #end = 0
  #lines = 0
  /** Up to here a line is taken without a second look. */
  #easyEnd: number

  /** @param maxBytes above it lines are refused; one batch is always taken, and one line of any length */
  constructor(maxBytes: number) {
    this.#maxBytes = Math.max(maxBytes, BATCH_BYTES)
    this.#easyEnd = Math.min(IDLE_BYTES, this.#maxBytes)
  }

  /** Bytes that wait. */
  get byteLength(): number {
    return this.#end - this.#begin
  }

  /** Lines of which the last byte waits. */
  get lines(): number {
    return this.#lines
  }

  /** What waits; a view that the next `append` may change. */
  get bytes(): Buffer {
    return this.#memory.subarray(this.#begin, this.#end)
  }

  /** The first `length` bytes that wait; a view that the next `append` may change. */
  head(length: number): Buffer {
    return this.#memory.subarray(this.#begin, this.#begin + Math.min(length, this.byteLength))
  }

  /** The bytes of the whole lines among the first `limit` that wait; 0 where the first line is longer. */
  wholeLines(limit: number): number {
    if (limit >= this.byteLength) return this.byteLength
    if (limit <= 0) return 0
    return Math.max(0, this.#memory.lastIndexOf(LF, this.#begin + limit - 1) + 1 - this.#begin)
  }

  /** The bytes of the line, or the rest of one, that waits longest. */
  firstLine(): number {
    const end = this.#memory.indexOf(LF, this.#begin)
    return end === -1 || end >= this.#end ? this.byteLength : end + 1 - this.#begin
  }

  /** Takes a line that ends in LF and holds no other. Answers its bytes, or 0 where it would pass the bound. */
  append(line: string): number {
    // A UTF-16 unit is three bytes of UTF-8 at most: only near the end of the room are they counted first.
    if (this.#end + line.length * 3 > this.#easyEnd && !this.#makeRoom(Buffer.byteLength(line))) return 0
    const bytes = this.#memory.write(line, this.#end)
    this.#end += bytes
    this.#lines++
    return bytes
  }

  /** Forgets the first bytes, which were written; answers how many lines have gone whole. */
  consume(bytes: number): number {
    if (bytes >= this.byteLength) return this.#empty()
    const end = this.#begin + bytes
    let gone = 0
    for (let at = this.#memory.indexOf(LF, this.#begin); at !== -1 && at < end; at = this.#memory.indexOf(LF, at + 1)) {
      gone++
    }
    this.#begin = end
    this.#lines -= gone
    return gone
  }

  #empty(): number {
    const gone = this.#lines
    this.#begin = 0
    this.#end = 0
    this.#lines = 0
    if (this.#memory.length > IDLE_BYTES) this.#useMemory(Buffer.allocUnsafeSlow(IDLE_BYTES))
    return gone
  }

  #makeRoom(needed: number): boolean {
    const held = this.byteLength
    const total = held + needed
    if (held > 0 && total > this.#maxBytes) return false
    if (this.#end + needed <= this.#memory.length) return true
    this.#moveTo(total <= this.#memory.length / 2 ? this.#memory : Buffer.allocUnsafeSlow(this.#grown(total)))
    return true
  }

  #moveTo(target: Buffer): void {
    const held = this.byteLength
    this.#memory.copy(target, 0, this.#begin, this.#end)
    this.#begin = 0
    this.#end = held
    this.#useMemory(target)
  }

  #useMemory(memory: Buffer): void {
    this.#memory = memory
    // The bound counts from #begin, so this is at times too careful, and never too generous.
    this.#easyEnd = Math.min(memory.length, this.#maxBytes)
  }

  #grown(total: number): number {
    return Math.max(total, IDLE_BYTES, Math.min(2 * total, this.#maxBytes))
  }
}
