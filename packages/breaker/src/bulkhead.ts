import { type BulkheadOptions, type BulkheadStats, resolveBulkheadOptions } from './bulkhead-options.ts'
import { BulkheadQueue, QueuedCall } from './bulkhead-queue.ts'
import type { CallContext, Work } from './context.ts'
import { BulkheadFullError } from './errors.ts'
import {
  assertWork,
  ContextStrategy,
  type Fallback,
  type FallbackOptions,
  fallbackValue,
  hasFallback,
  recover,
  type RunOptions,
  rootContext,
  start,
} from './strategy.ts'

export type { BulkheadOptions, BulkheadRunOptions, BulkheadStats } from './bulkhead-options.ts'

/** A call that somebody may abort while it runs. */
interface AbortableCall {
  readonly context: CallContext
  offAbort: (() => void) | undefined
  isReleased: boolean
}

/**
 * A limit on how many calls run at the same time, with a bounded queue for those that come meanwhile.
 *
 * A place that becomes free goes straight to the call whose turn it is (highest priority, then longest wait): no newcomer
 * can take it first, and a call that was accepted is never refused. Queueing, granting and aborting are O(1).
 */
export class Bulkhead extends ContextStrategy {
  readonly name: string
  readonly #maxConcurrent: number
  readonly #maxQueue: number
  readonly #releasesEarly: boolean
  readonly #queue: BulkheadQueue
  /** Kept with the release `'settle'`: looked through by `stats()`, which is cheaper than a listener for each call. */
  readonly #abortable = new Set<AbortableCall>()
  #active = 0
  #zombies = 0
  #refused = 0
  #closed: Promise<void> | undefined
  #onIdle: (() => void) | undefined

  /** @throws TypeError or RangeError naming the option and the value. */
  constructor(options: BulkheadOptions = {}) {
    super()
    const { name, maxConcurrent, maxQueue, queueTimeoutMs, release, clock } = resolveBulkheadOptions(options)
    this.name = name
    this.#maxConcurrent = maxConcurrent
    this.#maxQueue = maxQueue
    this.#releasesEarly = release === 'timeout'
    this.#queue = new BulkheadQueue(queueTimeoutMs, clock)
  }

  override run<T>(work: Work<T>, options?: RunOptions): Promise<T>
  override run<T, F>(work: Work<T>, options: FallbackOptions<F>): Promise<T | F>
  override run<T, F>(work: Work<T>, options?: RunOptions | FallbackOptions<F>): Promise<T | F> {
    assertWork(work)
    const context = rootContext(options)
    return hasFallback(options) ? this.#runOr(options.fallback, work, context) : this.execute(work, context)
  }

  override execute<T>(work: Work<T>, context: CallContext): Promise<T> {
    return context.isAborted ? Promise.reject(context.reason) : this.#admit(work, context)
  }

  stats(): BulkheadStats {
    return {
      active: this.#active,
      maxConcurrent: this.#maxConcurrent,
      queued: this.#queue.size,
      maxQueue: this.#maxQueue,
      zombies: this.#zombies + this.#abortedCalls(),
      refused: this.#refused + this.#queue.timedOut,
    }
  }

  /** Refuses newcomers from now on; resolves once every call accepted before, running or queued, has left its place. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      if (this.#active === 0) resolve()
      else this.#onIdle = resolve
    })
    return this.#closed
  }

  /** What is refused becomes the fallback without ever having been a rejection, which would be most of its cost. */
  #runOr<T, F>(fallback: Fallback<F>, work: Work<T>, context: CallContext): Promise<T | F> {
    if (context.isAborted) return start(() => fallbackValue(fallback, context.reason), context)
    if (!this.#isRefusing()) return recover(this.#admit(work, context), fallback)
    return start(() => fallbackValue(fallback, this.#refuse()), context)
  }

  #admit<T>(work: Work<T>, context: CallContext): Promise<T> {
    if (this.#isRefusing()) return Promise.reject(this.#refuse())
    if (this.#active === this.#maxConcurrent) return this.#enqueue(work, context)
    this.#active++
    return this.#begin(work, context)
  }

  #isRefusing(): boolean {
    if (this.#closed !== undefined) return true
    return this.#active === this.#maxConcurrent && this.#queue.size >= this.#maxQueue
  }

  #refuse(): BulkheadFullError {
    this.#refused++
    if (this.#closed !== undefined) return new BulkheadFullError(this.name, 'is closed')
    return new BulkheadFullError(this.name, `is full: ${this.#active} running, ${this.#queue.size} queued`)
  }

  #enqueue<T>(work: Work<T>, context: CallContext): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push(new QueuedCall(this.#queue, work, context, resolve as (value: unknown) => void, reject))
    })
  }

  /** Runs work that has a place. */
  #begin<T>(work: Work<T>, context: CallContext): Promise<T> {
    const call = context.isAbortable ? this.#watch(context) : undefined
    return start(work, context).then(
      (value) => {
        this.#settle(context, call)
        return value
      },
      (error: unknown) => {
        this.#settle(context, call)
        throw error
      },
    )
  }

  /** The same for a call that waited: it settles the promise that its caller has since then. */
  #grant({ work, context, resolve, reject }: QueuedCall): void {
    const call = context.isAbortable ? this.#watch(context) : undefined
    start(work, context).then(
      (value) => {
        this.#settle(context, call)
        return resolve(value)
      },
      (error: unknown) => {
        this.#settle(context, call)
        reject(error)
      },
    )
  }

  #watch(context: CallContext): AbortableCall {
    const call: AbortableCall = { context, offAbort: undefined, isReleased: false }
    if (this.#releasesEarly) call.offAbort = context.onAbort(() => this.#releaseEarly(call))
    else this.#abortable.add(call)
    return call
  }

  #releaseEarly(call: AbortableCall): void {
    call.isReleased = true
    this.#zombies++
    this.#release()
  }

  #settle(context: CallContext, call: AbortableCall | undefined): void {
    if (call !== undefined) {
      call.offAbort?.()
      this.#abortable.delete(call)
    }
    const isReleased = call?.isReleased === true
    if (context.lingering !== undefined && context.lingering.size > 0) void this.#outlive(context.lingering, isReleased)
    else if (isReleased) this.#zombies--
    else this.#release()
  }

  /** The result has settled, but some of the work goes on: after a hard timeout, or as the loser of a hedge. */
  async #outlive(lingering: ReadonlySet<Promise<unknown>>, isReleased: boolean): Promise<void> {
    if (!isReleased) this.#zombies++
    if (this.#releasesEarly && !isReleased) this.#release()
    // What settles leaves the set, and more may join it meanwhile.
    while (lingering.size > 0) await Promise.allSettled(lingering)
    this.#zombies--
    if (!this.#releasesEarly) this.#release()
  }

  /** Hands the place over at once: were it free for as much as a microtask, a newcomer could overtake those who wait. */
  #release(): void {
    const next = this.#queue.shift()
    if (next !== undefined) next.caller.runInAsyncScope(() => this.#grant(next))
    else if (--this.#active === 0) this.#onIdle?.()
  }

  #abortedCalls(): number {
    let count = 0
    for (const call of this.#abortable) if (call.context.isAborted) count++
    return count
  }
}
