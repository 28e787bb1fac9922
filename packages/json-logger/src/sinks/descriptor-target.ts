import { atProcessEnd, isProcessEnding, lastFlushUntil } from '../process-end.ts'
import type { ResolvedBounds } from './bounds.ts'
import { closeWithin } from './close-within.ts'
import { HeldLines } from './held-lines.ts'
import { BATCH_BYTES } from './line-buffer.ts'
import type { LineTarget, TargetContext, TargetStats } from './line-target.ts'
import { StandardOutput, type StandardStream } from './standard-output.ts'

/** How long a full pipe is left alone: not long for a slow reader, not often for one that is gone for good. */
const FIRST_WAIT_MS = 2
const LONGEST_WAIT_MS = 250

/**
 * Standard output or standard error. A pipe that is full never blocks the event loop: what it does not take waits, bounded, and is
 * known to the byte, so that nothing is lost or doubled when the process ends. Terminals and files are written as Node
 * itself writes them: synchronously.
 */
export class DescriptorTarget implements LineTarget {
  readonly #output: StandardOutput
  readonly #exitFlushMs: number
  readonly #context: TargetContext
  readonly #held: HeldLines
  #turn: NodeJS.Immediate | undefined
  #timer: NodeJS.Timeout | undefined
  #waitMs = FIRST_WAIT_MS
  /** Characters handed in since the last try to write. */
  #untried = 0
  #isFailing = false
  #closing: Promise<void> | undefined

  constructor(stream: StandardStream, { maxBufferedBytes, exitFlushMs }: ResolvedBounds, context: TargetContext) {
    this.#output = new StandardOutput(stream)
    this.#exitFlushMs = exitFlushMs
    this.#context = context
    this.#held = new HeldLines(maxBufferedBytes, (count) => context.dropNotice(count))
  }

  write(line: string, isUrgent: boolean): void {
    if (this.#closing !== undefined) return this.#held.refuse()
    // Where the turn is long the reader may have made room meanwhile.
    this.#untried += line.length
    if (this.#untried >= BATCH_BYTES) this.#drain()
    if (this.#held.add(line) === 0) return
    try {
      if (isUrgent) this.#drain()
      else if (this.#timer === undefined) this.#turn ??= setImmediate(this.#drain)
    } catch {
      // The stack is at its end. The line is held: the next one takes it along, or the end of the process.
    }
  }

  flush(): Promise<void> {
    this.#drain()
    return this.#isFailing ? Promise.resolve() : this.#held.gone()
  }

  flushSync(): void {
    this.#drain()
    if (!isProcessEnding()) return
    const until = lastFlushUntil(this.#exitFlushMs)
    while (this.#held.byteLength > 0 && !this.#isFailing && performance.now() < until) {
      pause(FIRST_WAIT_MS)
      this.#drain()
    }
    this.#stopWaiting()
    this.#output.release()
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
    await closeWithin(this.#exitFlushMs, this.flush())
    forget()
    this.#stopWaiting()
    this.#output.leave(this.#held)
    this.#held.giveUp()
  }

  readonly #drain = (): void => {
    this.#stopWaiting()
    this.#untried = 0
    const before = this.#held.byteLength
    this.#writeAll()
    if (this.#held.byteLength < before) this.#waitMs = FIRST_WAIT_MS
    if (this.#held.byteLength === 0) return
    this.#timer = setTimeout(this.#drain, this.#waitMs).unref()
    this.#waitMs = Math.min(2 * this.#waitMs, LONGEST_WAIT_MS)
  }

  /** Writes as far as it is taken. */
  #writeAll(): void {
    try {
      while (this.#held.byteLength > 0 || this.#held.addNotice()) {
        const before = this.#held.byteLength
        const isAll = this.#output.write(this.#held)
        if (this.#held.byteLength < before) this.#setFailing(undefined)
        if (!isAll) return
      }
    } catch (error) {
      const fault = error as NodeJS.ErrnoException
      // Without a code it is the stack that is at its end, and nothing of the outside world.
      if (fault.code !== undefined) this.#setFailing(fault)
    }
  }

  #setFailing(fault: NodeJS.ErrnoException | undefined): void {
    if (fault !== undefined) {
      this.#held.countFault()
      this.#held.callOffWaiting()
    }
    if ((fault !== undefined) === this.#isFailing) return
    this.#isFailing = fault !== undefined
    this.#context.report(fault === undefined ? 'writing goes on' : `cannot be written (${fault.code})`)
  }

  #stopWaiting(): void {
    clearImmediate(this.#turn)
    clearTimeout(this.#timer)
    this.#turn = undefined
    this.#timer = undefined
  }
}

/** Holds the thread: at the end of a process there is no loop to come back to. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
