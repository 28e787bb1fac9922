import { AsyncResource } from 'node:async_hooks'
import type { Clock } from './clock.ts'
import type { CallContext, Work } from './context.ts'
import { Deadline, Deadlines } from './deadlines.ts'
import { TimeoutError } from './errors.ts'

/** A call that waits for a place. */
export class QueuedCall extends Deadline {
  /** Whoever gives it the place, its work runs in the async context of its own caller. */
  readonly caller: AsyncResource = new AsyncResource('QueuedCall')
  readonly work: Work<unknown>
  readonly context: CallContext
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** Links of its priority's list. */
  ahead: QueuedCall | undefined
  behind: QueuedCall | undefined
  level: Level | undefined
  offAbort: (() => void) | undefined
  /** Monotonic milliseconds; noted where a timeout may ask. */
  queuedAt = 0
  readonly #queue: BulkheadQueue

  constructor(
    queue: BulkheadQueue,
    work: Work<unknown>,
    context: CallContext,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super()
    this.#queue = queue
    this.work = work
    this.context = context
    this.resolve = resolve
    this.reject = reject
  }

  override expire(): void {
    this.#queue.timeOut(this)
  }
}

/** The calls of one priority, the longest waiting first. */
class Level {
  readonly priority: number
  first: QueuedCall | undefined
  last: QueuedCall | undefined

  constructor(priority: number) {
    this.priority = priority
  }

  append(call: QueuedCall): void {
    call.level = this
    call.ahead = this.last
    if (this.last === undefined) this.first = call
    else this.last.behind = call
    this.last = call
  }

  remove(call: QueuedCall): void {
    const { ahead, behind } = call
    if (ahead === undefined) this.first = behind
    else ahead.behind = behind
    if (behind === undefined) this.last = ahead
    else behind.ahead = ahead
    call.level = undefined
    call.ahead = undefined
    call.behind = undefined
  }
}

/**
 * Calls that wait for a place: the highest priority first, the longest waiting first within one. A call leaves by being
 * shifted, or on its own when it is aborted or has waited for too long; each is O(1) in the number of calls, and
 * O(log p) to find its list among the `p` priorities that wait.
 */
export class BulkheadQueue {
  readonly #timeoutMs: number
  readonly #clock: Clock
  readonly #deadlines: Deadlines
  /** Lists that are not empty, by rising priority: the one to shift from is the last. */
  readonly #levels: Level[] = []
  #size = 0
  #timedOut = 0

  constructor(timeoutMs: number, clock: Clock) {
    this.#timeoutMs = timeoutMs
    this.#clock = clock
    this.#deadlines = new Deadlines(timeoutMs, clock)
  }

  get size(): number {
    return this.#size
  }

  /** How many calls have waited for too long. */
  get timedOut(): number {
    return this.#timedOut
  }

  push(call: QueuedCall): void {
    this.#level(call.context.priority).append(call)
    this.#size++
    this.#deadlines.add(call)
    if (!call.context.isAbortable) return
    call.queuedAt = this.#clock.monotonic()
    call.context.enterQueue()
    call.offAbort = call.context.onAbort((reason) => this.#abort(call, reason))
  }

  /** The call whose turn it is, no longer queued. */
  shift(): QueuedCall | undefined {
    for (;;) {
      const call = this.#levels.at(-1)?.first
      if (call === undefined) return undefined
      this.#remove(call)
      if (!call.context.isAborted) return call
      // Its signal is aborted and tells its listeners one by one: this call's turn to be told has not come yet.
      call.reject(call.context.reason)
    }
  }

  timeOut(call: QueuedCall): void {
    this.#remove(call)
    this.#timedOut++
    call.reject(new TimeoutError(this.#timeoutMs, 'queue'))
  }

  #abort(call: QueuedCall, reason: unknown): void {
    this.#remove(call)
    call.reject(reason)
  }

  #remove(call: QueuedCall): void {
    const level = call.level as Level
    level.remove(call)
    if (level.first === undefined) this.#levels.splice(this.#indexOf(level.priority), 1)
    this.#size--
    this.#deadlines.remove(call)
    if (!call.context.isAbortable) return
    call.offAbort?.()
    call.context.leaveQueue(this.#clock.monotonic() - call.queuedAt)
  }

  #level(priority: number): Level {
    const index = this.#indexOf(priority)
    const found = this.#levels[index]
    if (found?.priority === priority) return found
    const level = new Level(priority)
    this.#levels.splice(index, 0, level)
    return level
  }

  /** Where the priority is, or would have to be inserted. */
  #indexOf(priority: number): number {
    let low = 0
    let high = this.#levels.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#levels[middle] as Level).priority < priority) low = middle + 1
      else high = middle
    }
    return low
  }
}
