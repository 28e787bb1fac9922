import { FlushWaiters } from './flush-waiters.ts'
import { LineBuffer } from './line-buffer.ts'
import type { TargetStats } from './line-target.ts'

const LF = 10

/** Lines on their way to one place, and the account of them: each line handed in is written, dropped or held, never two of these. */
export class HeldLines {
  readonly #buffer: LineBuffer
  readonly #notice: (count: number) => string
  readonly #waiters = new FlushWaiters()
  #handed = 0
  #dropped = 0
  /** Dropped since the last notice. */
  #unnoticed = 0
  /** What the notice tells that is the first line held, which nobody handed in; 0: there is none. */
  #told = 0
  #faults = 0
  /** Bytes that have gone, by one way or the other. */
  #gone = 0
  #isMidLine = false

  /** @param notice the line that tells of dropped ones */
  constructor(maxBytes: number, notice: (count: number) => string) {
    this.#buffer = new LineBuffer(maxBytes)
    this.#notice = notice
  }

  get byteLength(): number {
    return this.#buffer.byteLength
  }

  /** What is held; a view that the next `add` may change. */
  get bytes(): Buffer {
    return this.#buffer.bytes
  }

  /** Whether the first part of the first line is written, and its rest is not. */
  get isMidLine(): boolean {
    return this.#isMidLine
  }

  /** Whether lines were dropped that no notice has told of. */
  get owesNotice(): boolean {
    return this.#unnoticed > 0
  }

  /** The whole lines among the first `limit` bytes, or the first line where that is longer. */
  piece(limit: number): Buffer {
    return this.#buffer.head(this.#buffer.wholeLines(limit) || this.#buffer.firstLine())
  }

  /** The bytes of the whole lines among the first `limit`; 0 where the first line is longer. */
  wholeLines(limit: number): number {
    return this.#buffer.wholeLines(limit)
  }

  /**
   * Takes a line, or counts it as dropped where the bound is reached, also after `makeRoom`; answers its bytes, 0 where it was
   * dropped. Counts last: where the stack is at its end nothing has happened.
   */
  add(line: string, makeRoom?: () => void): number {
    let bytes = this.#buffer.append(line)
    if (bytes === 0 && makeRoom !== undefined) {
      makeRoom()
      bytes = this.#buffer.append(line)
    }
    this.#handed++
    if (bytes === 0) {
      this.#dropped++
      this.#unnoticed++
    }
    return bytes
  }

  /** Counts a line that comes too late to be taken. */
  refuse(): void {
    this.#handed++
    this.#dropped++
  }

  /** Forgets the first bytes: they are written. */
  written(bytes: number): void {
    if (bytes === 0) return
    this.#isMidLine = this.#buffer.bytes[bytes - 1] !== LF
    if (this.#buffer.consume(bytes) > 0) this.#told = 0
    this.#pass(bytes)
  }

  /** Gives up the first bytes, whole lines that a place has refused for good. */
  giveUpFirst(bytes: number): void {
    const lines = this.#buffer.consume(bytes)
    const dropped = this.#told > 0 ? lines - 1 : lines
    // What a lost notice has told is untold again.
    this.#unnoticed += dropped + this.#told
    this.#dropped += dropped
    this.#told = 0
    this.#isMidLine = false
    this.#pass(bytes)
  }

  /** Gives up all that is held. */
  giveUp(): void {
    if (this.byteLength > 0) this.giveUpFirst(this.byteLength)
  }

  /** Where nothing is held and lines were dropped since the last notice: holds a notice of them. Answers whether it does. */
  addNotice(): boolean {
    if (this.#unnoticed === 0 || this.byteLength > 0) return false
    this.#buffer.append(this.#notice(this.#unnoticed))
    this.#told = this.#unnoticed
    this.#unnoticed = 0
    return true
  }

  /** Resolves when all that is held now has gone, or the waiting is called off; keeps the process alive until then. */
  gone(): Promise<void> {
    return this.byteLength === 0 ? Promise.resolve() : this.#waiters.wait(this.#gone + this.byteLength)
  }

  /** Calls off all waiting: the place is out of order, and nobody knows for how long. */
  callOffWaiting(): void {
    this.#waiters.release()
  }

  countFault(): void {
    this.#faults++
  }

  /** @param rotations of the place */
  stats(rotations = 0): TargetStats {
    const held = this.#buffer.lines - (this.#told > 0 ? 1 : 0)
    return {
      written: this.#handed - this.#dropped - held,
      dropped: this.#dropped,
      writeFaults: this.#faults,
      rotations,
      bufferedBytes: this.byteLength,
    }
  }

  #pass(bytes: number): void {
    this.#gone += bytes
    this.#waiters.passed(this.#gone)
  }
}
