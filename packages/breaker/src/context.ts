import { AsyncResource } from 'node:async_hooks'
import { onSignalAbort } from './signal-link.ts'

/** What work is given. */
export interface WorkContext {
  /** Aborted by the caller's own signal, a timeout, or the loss of a hedge. Made when first read: who ignores it pays nothing. */
  readonly signal: AbortSignal
  /** 1 for the first attempt. */
  readonly attempt: number
}

/** The function that a strategy runs. */
export type Work<T> = (context: WorkContext) => T | PromiseLike<T>

/** Runs once when a context is aborted. */
type AbortListener = (reason: unknown) => void

/** What most calls never need: it is made when somebody asks for a signal, listens, aborts or lingers. */
class Involvement {
  controller: AbortController | undefined
  /** Where the signal was first read: whoever aborts it, its listeners run in the async context of this call. */
  reader: AsyncResource | undefined
  isAborted = false
  reason: unknown
  listeners: Set<AbortListener> | undefined
  unlink: (() => void) | undefined
  lingering: Set<Promise<unknown>> | undefined
  /** How many branches run side by side: more than one only inside a hedge. */
  branches = 1
  /** How many of them wait for a place in a bulkhead. */
  queued = 0
  /** How long they have waited that wait no more. */
  waitedMs = 0
}

/**
 * The context of one call as it passes through strategies. Contexts form a tree: a strategy that can end work early
 * (timeout, retry, hedge) gives what it runs a child, and what aborts a parent aborts its children. A signal, a listener on
 * the caller's signal, or a link to the parent exists only once somebody asks for one, and is gone when the call has settled.
 */
export class CallContext implements WorkContext {
  readonly attempt: number
  readonly #parent: CallContext | undefined
  readonly #callerSignal: AbortSignal | undefined
  /** Whether a timeout around it may end it. */
  readonly isTimed: boolean
  /** Its turn among the calls that wait in a bulkhead. */
  readonly priority: number
  #involvement: Involvement | undefined
  #isClosed = false

  constructor(
    callerSignal: AbortSignal | undefined,
    parent: CallContext | undefined,
    attempt: number,
    isTimed: boolean,
    priority: number,
  ) {
    this.#callerSignal = callerSignal
    this.#parent = parent
    this.attempt = attempt
    this.isTimed = isTimed
    this.priority = priority
  }

  /** The context of a whole call. */
  static root(callerSignal: AbortSignal | undefined, priority = 0): CallContext {
    return new CallContext(callerSignal, undefined, 1, false, priority)
  }

  /** A context that can be aborted by itself, and is with this one. Close it when its work has settled. */
  child(attempt: number = this.attempt, isTimed: boolean = this.isTimed): CallContext {
    return new CallContext(undefined, this, attempt, isTimed, this.priority)
  }

  get signal(): AbortSignal {
    if (this.#callerSignal !== undefined) return this.#callerSignal
    const own = this.#involved()
    if (own.controller === undefined) {
      own.controller = new AbortController()
      own.reader = new AsyncResource('CallContext')
      if (this.isAborted) own.controller.abort(this.reason)
      else this.#link(own)
    }
    return own.controller.signal
  }

  /** Whether anybody can abort it: nobody can, where the caller gave no signal and nothing around it ends work early. */
  get isAbortable(): boolean {
    return this.#callerSignal !== undefined || this.#parent !== undefined
  }

  get isAborted(): boolean {
    return this.#involvement?.isAborted === true || this.#isAbortedOutside
  }

  /** Why it was aborted. */
  get reason(): unknown {
    if (this.#involvement?.isAborted === true) return this.#involvement.reason
    return this.#callerSignal?.aborted === true ? this.#callerSignal.reason : this.#parent?.reason
  }

  /** Calls `listener` once when this is aborted, at once where it already is; the answer removes it. */
  onAbort(listener: AbortListener): () => void {
    if (this.isAborted) {
      listener(this.reason)
      return () => {}
    }
    const own = this.#involved()
    own.listeners ??= new Set()
    const { listeners } = own
    listeners.add(listener)
    this.#link(own)
    return () => {
      if (listeners.delete(listener) && listeners.size === 0 && own.controller === undefined) detach(own)
    }
  }

  /** Aborts this context and its children; without effect the second time. */
  abort(reason: unknown): void {
    const own = this.#involved()
    if (own.isAborted) return
    own.isAborted = true
    own.reason = reason
    detach(own)
    const { listeners } = own
    own.listeners = undefined
    if (listeners !== undefined) for (const listener of listeners) listener(reason)
    const { controller } = own
    if (controller !== undefined) own.reader?.runInAsyncScope(() => controller.abort(reason))
  }

  /** Lets go of the parent and the caller's signal: what is aborted later no longer reaches this one. */
  close(): void {
    this.#isClosed = true
    if (this.#involvement !== undefined) detach(this.#involvement)
  }

  /**
   * Whether the queue of a bulkhead is to blame that `timeoutMs` were too little: all that goes on in this context still waits for
   * a place, or the wait took half of the time. Once this is aborted it stays as it was then.
   */
  wasQueuedFor(timeoutMs: number): boolean {
    const own = this.#involvement
    return own !== undefined && (own.queued >= own.branches || own.waitedMs >= timeoutMs / 2)
  }

  /** Notes here, and in all around it that may ask, a call that waits for a place in a bulkhead. */
  enterQueue(): void {
    // Nobody can abort it, so nobody asks.
    if (!this.isAbortable) return
    if (!this.isAborted) this.#involved().queued++
    this.#parent?.enterQueue()
  }

  /** Notes in the same way that it waits no more, and for how long it has. */
  leaveQueue(waitedMs: number): void {
    if (!this.isAbortable) return
    if (!this.isAborted) {
      const own = this.#involved()
      own.queued--
      own.waitedMs += waitedMs
    }
    this.#parent?.leaveQueue(waitedMs)
  }

  /** Notes in the same way `by` more attempts that run side by side. */
  addBranches(by: 1 | -1): void {
    if (!this.isAbortable) return
    if (!this.isAborted) this.#involved().branches += by
    this.#parent?.addBranches(by)
  }

  /** Work that goes on although its result is no longer waited for; each leaves when it settles. */
  get lingering(): ReadonlySet<Promise<unknown>> | undefined {
    return this.#involvement?.lingering
  }

  /** Notes such work here and in all parents, so that a bulkhead around them knows of it. */
  linger(work: Promise<unknown>): void {
    const own = this.#involved()
    own.lingering ??= new Set()
    const { lingering } = own
    lingering.add(work)
    const leave = (): void => void lingering.delete(work)
    work.then(leave, leave)
    this.#parent?.linger(work)
  }

  get #isAbortedOutside(): boolean {
    return this.#callerSignal?.aborted === true || this.#parent?.isAborted === true
  }

  #involved(): Involvement {
    this.#involvement ??= new Involvement()
    return this.#involvement
  }

  #link(own: Involvement): void {
    if (this.#isClosed || own.unlink !== undefined) return
    if (this.#callerSignal !== undefined) {
      own.unlink = onSignalAbort(this.#callerSignal, (reason) => this.abort(reason))
    } else if (this.#parent?.isAbortable === true) {
      own.unlink = this.#parent.onAbort((reason) => this.abort(reason))
    }
  }
}

function detach(own: Involvement): void {
  own.unlink?.()
  own.unlink = undefined
}
