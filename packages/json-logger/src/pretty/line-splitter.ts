const LF = 10

/** Takes one line without its LF, and the number of bytes that were cut off at its end. */
type TakeLine = (line: string, cutBytes: number) => void

/**
 * Splits bytes into lines. At most `maxBytes` of an unfinished line are kept; the rest is counted. What is no UTF-8 becomes
 * U+FFFD and never swallows an LF.
 */
export class LineSplitter {
  readonly #maxBytes: number
  readonly #take: TakeLine
  /** The beginning of a line whose LF has not come yet, copied: a slice would keep its whole chunk. */
  #kept = Buffer.alloc(0)
  #length = 0
  #cutBytes = 0

  constructor(maxBytes: number, take: TakeLine) {
    this.#maxBytes = maxBytes
    this.#take = take
  }

  /** Takes the bytes that come next; calls back for each line that ends in them. The chunk is the caller's again after it. */
  push(chunk: Buffer): void {
    let begin = 0
    if (this.#length > 0) {
      const end = chunk.indexOf(LF)
      this.#keep(chunk.subarray(0, end === -1 ? chunk.length : end))
      if (end === -1) return
      this.end()
      begin = end + 1
    }
    const end = chunk.lastIndexOf(LF)
    if (end >= begin) this.#wholeLines(chunk.subarray(begin, end))
    this.#keep(chunk.subarray(Math.max(begin, end + 1)))
  }

  /** Takes what is left as a line: there is no more to come. */
  end(): void {
    if (this.#length === 0) return
    const line = this.#kept.toString('utf8', 0, this.#length)
    const cutBytes = this.#cutBytes
    this.#length = 0
    this.#cutBytes = 0
    this.#take(line, cutBytes)
  }

  /** Decodes all lines at once: far cheaper than one by one. */
  #wholeLines(bytes: Buffer): void {
    const text = bytes.toString('utf8')
    let begin = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', begin)) {
      this.#take(text.slice(begin, end), 0)
      begin = end + 1
    }
    this.#take(text.slice(begin), 0)
  }

  #keep(bytes: Buffer): void {
    const taken = Math.min(bytes.length, this.#maxBytes - this.#length)
    this.#cutBytes += bytes.length - taken
    if (this.#length + taken > this.#kept.length) this.#grow(this.#length + taken)
    bytes.copy(this.#kept, this.#length, 0, taken)
    this.#length += taken
  }

  #grow(least: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#maxBytes, Math.max(4096, least * 2)))
    this.#kept.copy(grown, 0, 0, this.#length)
    this.#kept = grown
  }
}
