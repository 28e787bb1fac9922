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
  isAborted = false
  reason: unknown
  listeners: Set<AbortListener> | undefined
  unlink: (() => void) | undefined
  lingering: Set<Promise<unknown>> | undefined
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
  #involvement: Involvement | undefined
  #isClosed = false

  constructor(
    callerSignal: AbortSignal | undefined,
    parent: CallContext | undefined,
    attempt: number,
    isTimed: boolean,
  ) {
    this.#callerSignal = callerSignal
    this.#parent = parent
    this.attempt = attempt
    this.isTimed = isTimed
  }

  /** The context of a whole call. */
  static root(callerSignal: AbortSignal | undefined): CallContext {
    return new CallContext(callerSignal, undefined, 1, false)
  }

  /** A context that can be aborted by itself, and is with this one. Close it when its work has settled. */
  child(attempt: number = this.attempt, isTimed: boolean = this.isTimed): CallContext {
    return new CallContext(undefined, this, attempt, isTimed)
  }

  get signal(): AbortSignal {
    if (this.#callerSignal !== undefined) return this.#callerSignal
    const own = this.#involved()
    if (own.controller === undefined) {
      own.controller = new AbortController()
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

  /** Calls `listener` once when this is aborted from now on; the answer removes it. */
  onAbort(listener: AbortListener): () => void {
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
    own.controller?.abort(reason)
  }

  /** Lets go of the parent and the caller's signal: what is aborted later no longer reaches this one. */
  close(): void {
    this.#isClosed = true
    if (this.#involvement !== undefined) detach(this.#involvement)
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
