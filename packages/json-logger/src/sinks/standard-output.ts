import { fstatSync, writeSync } from 'node:fs'
import { isProcessEnding } from '../process-end.ts'
import type { HeldLines } from './held-lines.ts'
import { LONGEST_TIMER_MS } from './longest-timer.ts'

/** A descriptor and what others have waiting on it: `process.stdout` and `process.stderr` are such. */
export interface StandardStream {
  readonly fd: number
  readonly writableLength: number
  readonly writableCorked: number
  cork(): void
  uncork(): void
}

/** As many bytes as a pipe takes whole or not at all (PIPE_BUF of Linux): a pipe nobody reads is left without half a line. */
const ATOMIC_BYTES = 4096
/** Streams on which half a line was left for good: the next begins on a new one. */
const torn = new WeakSet<StandardStream>()

/**
 * The descriptor of standard output or standard error, written to beside what the application itself writes to the
 * stream: neither tears the other's lines. While the stream has bytes under way ours wait. While half a line of ours is out,
 * which only a line too long for one write can be, the stream is corked: what it is given waits behind the rest.
 */
export class StandardOutput {
  readonly #stream: StandardStream
  readonly #fd: number
  readonly #pieceBytes: number
  #isHolding = false
  #hasPassedOthers = false
  #stayAlive: NodeJS.Timeout | undefined

  constructor(stream: StandardStream) {
    // That Node has made the stream is what makes a pipe non-blocking.
    this.#stream = stream
    this.#fd = stream.fd
    this.#pieceBytes = isPipe(stream.fd) ? ATOMIC_BYTES : Infinity
  }

  /**
   * Writes as far as it is taken at once; answers whether that is all.
   * @throws what the system throws, but for a pipe that is full
   */
  write(held: HeldLines): boolean {
    try {
      while (held.byteLength > 0) {
        if (!this.#mayWrite(held)) return false
        held.written(writeSync(this.#fd, held.piece(this.#pieceBytes)))
      }
      this.release()
      return true
    } catch (error) {
      const isFull = (error as NodeJS.ErrnoException).code === 'EAGAIN'
      if (isFull && held.isMidLine) this.#hold()
      else this.release()
      if (isFull) return false
      throw error
    }
  }

  /** Lets the others write again. */
  release(): void {
    if (!this.#isHolding) return
    this.#isHolding = false
    this.#stream.uncork()
    process.off('beforeExit', this.#stayForOthers)
    clearTimeout(this.#stayAlive)
    this.#stayAlive = undefined
  }

  /** Gives up: what is held is not written. */
  leave(held: HeldLines): void {
    if (held.isMidLine) torn.add(this.#stream)
    this.release()
  }

  #mayWrite(held: HeldLines): boolean {
    if (held.isMidLine && this.#isHolding) return true
    // The half line is whole: what has waited behind it comes before our next.
    this.release()
    if (this.#isOthersTurn()) return false
    if (!held.isMidLine) this.#leaveTornLine()
    return true
  }

  #isOthersTurn(): boolean {
    const isBusy = this.#stream.writableLength > 0 || this.#stream.writableCorked > 0
    if (!isBusy || !isProcessEnding()) return isBusy
    // Their turn never comes again. Where it was cut off, ours begin on a new line.
    if (!this.#hasPassedOthers) torn.add(this.#stream)
    this.#hasPassedOthers = true
    return false
  }

  #leaveTornLine(): void {
    if (!torn.has(this.#stream)) return
    writeSync(this.#fd, '\n')
    torn.delete(this.#stream)
  }

  #hold(): void {
    if (this.#isHolding) return
    this.#isHolding = true
    this.#stream.cork()
    process.on('beforeExit', this.#stayForOthers)
  }

  /** What the application has written keeps the process alive until it has gone; that it waits behind ours changes nothing. */
  readonly #stayForOthers = (): void => {
    if (this.#stream.writableLength > 0) this.#stayAlive ??= setTimeout(() => {}, LONGEST_TIMER_MS)
  }
}

function isPipe(fd: number): boolean {
  try {
    const stats = fstatSync(fd)
    return stats.isFIFO() || stats.isSocket()
  } catch {
    // Closed by somebody: its writes will tell.
    return false
  }
}
