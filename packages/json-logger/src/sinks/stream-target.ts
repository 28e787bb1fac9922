import type { Writable } from 'node:stream'
import { atProcessEnd, isProcessEnding } from '../process-end.ts'
import type { ResolvedBounds } from './bounds.ts'
import { closeWithin } from './close-within.ts'
import { HeldLines } from './held-lines.ts'
import { BATCH_BYTES } from './line-buffer.ts'
import type { LineTarget, TargetContext, TargetStats } from './line-target.ts'

/**
 * Any Writable as a target: one write under way, what follows waits, bounded. A stream that never calls back costs no more
 * memory than the bound. The stream stays its owner's: it is not ended.
 */
export class StreamTarget implements LineTarget {
  readonly #stream: Writable
  readonly #context: TargetContext
  readonly #held: HeldLines
  readonly #closeMs: number
  #turn: NodeJS.Immediate | undefined
  /** Bytes, the first of those held, that the stream has been given and has not answered for. */
  #underWay = 0
  /** What the last failed write was answered with: it comes again as an event. */
  #answer: Error | undefined
  #isFailing = false
  #closing: Promise<void> | undefined
  #hasGivenUp = false

  constructor(stream: Writable, { maxBufferedBytes, exitFlushMs }: ResolvedBounds, context: TargetContext) {
    this.#stream = stream
    this.#context = context
    this.#closeMs = exitFlushMs
    this.#held = new HeldLines(maxBufferedBytes, (count) => context.dropNotice(count))
    // Without a listener a fault of the stream would end the process.
    stream.on('error', this.#onError)
  }

  write(line: string, isUrgent: boolean): void {
    if (this.#closing !== undefined) return this.#held.refuse()
    if (this.#held.add(line) === 0 || this.#underWay > 0) return
    try {
      if (isUrgent || this.#held.byteLength >= BATCH_BYTES) this.#next()
      else this.#turn ??= setImmediate(this.#next)
    } catch {
      // The stack is at its end. The line is held: the next one takes it along, or the end of the process.
    }
  }

  flush(): Promise<void> {
    this.#next()
    return this.#held.gone()
  }

  /** A stream cannot be waited for; at the end of the process it is given all at once. */
  flushSync(): void {
    if (isProcessEnding()) this.#give()
    else this.#next()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  stats(): TargetStats {
    return this.#held.stats()
  }

  async #close(): Promise<void> {
    const forget = atProcessEnd(() => this.flushSync())
    await closeWithin(this.#closeMs, this.flush())
    forget()
    clearImmediate(this.#turn)
    // A stream that is broken or stuck may still tell of it, and nobody else may listen.
    if (this.#underWay === 0 && !this.#isFailing) this.#stream.off('error', this.#onError)
    this.#hasGivenUp = true
    this.#held.giveUp()
  }

  readonly #next = (): void => {
    clearImmediate(this.#turn)
    this.#turn = undefined
    if (this.#underWay > 0) return
    this.#held.addNotice()
    this.#give()
  }

  /** Gives the stream what it has not been given. */
  #give(): void {
    const bytes = this.#held.byteLength - this.#underWay
    if (bytes === 0) return
    // A copy: what waits moves in memory while the stream still has it.
    const copy = Buffer.from(this.#held.bytes.subarray(this.#underWay))
    const settle = this.#settlerOf(bytes)
    this.#underWay += bytes
    try {
      // A stream of Node's that has failed takes writes without ever answering them.
      if (this.#stream.errored) settle(this.#stream.errored)
      else this.#stream.write(copy, settle)
    } catch (error) {
      settle(error instanceof Error ? error : new Error('the stream threw no error'))
    }
  }

  /** What takes the answer for one write, once: a stream that throws may call back as well. */
  #settlerOf(bytes: number): (error?: Error | null) => void {
    let isSettled = false
    return (error) => {
      if (isSettled || this.#hasGivenUp) return
      isSettled = true
      this.#settle(bytes, error)
    }
  }

  #settle(bytes: number, error: Error | null | undefined): void {
    this.#underWay -= bytes
    if (error) {
      this.#answer = error
      this.#fail(error)
      this.#held.giveUpFirst(bytes)
    } else {
      this.#onSuccess()
      this.#held.written(bytes)
    }
    // A notice alone is not tried again and again where every write fails.
    if (this.#held.byteLength > this.#underWay || (!error && this.#held.owesNotice))
      this.#turn ??= setImmediate(this.#next)
  }

  #onSuccess(): void {
    if (!this.#isFailing) return
    this.#isFailing = false
    this.#context.report('writing goes on')
  }

  readonly #onError = (error: Error): void => {
    if (error !== this.#answer) this.#fail(error)
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#held.countFault()
    if (this.#isFailing) return
    this.#isFailing = true
    this.#context.report(`cannot be written (${error.code ?? error.name})`)
  }
}
