import { type Clock, systemClock } from './clock.ts'
import type { CallContext, Work } from './context.ts'
import { Deadline, Deadlines } from './deadlines.ts'
import { type Duration, durationMs } from './duration.ts'
import { TimeoutError } from './errors.ts'
import { assertOptions, shown } from './option-object.ts'
import { ContextStrategy, start, type Strategy } from './strategy.ts'

/** Options of {@link timeout}. */
export interface TimeoutOptions {
  /** How long the work may take; `Infinity` sets no limit. */
  readonly after: Duration
  /**
   * What happens then; the work's signal is aborted either way. `'hard'`, the default: the call rejects at once, also when
   * the caller aborts, and what the work does later has no effect. `'cooperative'`: the call settles when the work does.
   */
  readonly mode?: 'hard' | 'cooperative' | undefined
  readonly clock?: Clock | undefined
}

/** What a {@link timeout} has seen. */
export interface TimeoutStats {
  /** Calls that took too long. */
  readonly timeouts: number
}

/** A {@link Strategy} that counts. */
export interface TimeoutStrategy extends Strategy {
  stats(): TimeoutStats
}

const OPTIONS = ['after', 'mode', 'clock']

/**
 * A limit on how long work may take: the call rejects with a {@link TimeoutError}, and `context.signal` is aborted with it.
 * Work that ignores its signal goes on: a bulkhead around the timeout knows of it.
 * @throws TypeError or RangeError naming the option and the value.
 */
export function timeout(options: Duration | TimeoutOptions): TimeoutStrategy {
  return new Timeout(typeof options === 'object' ? options : { after: options }, 'attempt')
}

/** The strategy behind {@link timeout}; a pipeline makes one for the whole call too. */
export class Timeout extends ContextStrategy {
  readonly #afterMs: number
  readonly #isHard: boolean
  readonly #scope: 'attempt' | 'total'
  readonly #deadlines: Deadlines
  #timeouts = 0

  constructor(options: TimeoutOptions, scope: 'attempt' | 'total') {
    super()
    assertOptions('timeout options', options, OPTIONS)
    const { after, mode = 'hard', clock = systemClock } = options
    assertMode(mode)
    this.#afterMs = durationMs('after', after)
    this.#isHard = mode === 'hard'
    this.#scope = scope
    this.#deadlines = new Deadlines(this.#afterMs, clock)
  }

  stats(): TimeoutStats {
    return { timeouts: this.#timeouts }
  }

  override execute<T>(work: Work<T>, context: CallContext): Promise<T> {
    if (this.#afterMs === Infinity && !context.isAbortable) return start(work, context)
    return this.#isHard ? this.#runHard(work, context) : this.#runCooperative(work, context)
  }

  #runHard<T>(work: Work<T>, context: CallContext): Promise<T> {
    return new Promise((resolve, reject) => {
      const call = new HardCall(context, this.#expire, reject)
      this.#deadlines.add(call)
      const answer = start(work, call.child)
      call.answer = answer
      answer.then(
        (value) => {
          this.#end(call)
          return resolve(value)
        },
        (error: unknown) => {
          this.#end(call)
          reject(error)
        },
      )
      if (context.isAbortable) call.offAbort = context.onAbort((reason) => this.#cut(call, reason))
    })
  }

  /** Ends the call before its work: nothing that the work answers later has an effect. */
  #cut(call: HardCall, reason: unknown): void {
    this.#end(call)
    call.context.linger(call.answer as Promise<unknown>)
    call.reject(reason)
    call.child.abort(reason)
  }

  #runCooperative<T>(work: Work<T>, context: CallContext): Promise<T> {
    const call = new TimedCall(context, this.#expire)
    this.#deadlines.add(call)
    return start(work, call.child).then(
      (value) => {
        this.#end(call)
        return value
      },
      (error: unknown) => {
        this.#end(call)
        throw call.timeout ?? error
      },
    )
  }

  #end(call: TimedCall): void {
    this.#deadlines.remove(call)
    call.offAbort?.()
    call.child.close()
  }

  readonly #expire = (call: TimedCall): void => {
    this.#timeouts++
    call.timeout = new TimeoutError(this.#afterMs, this.#scope, call.child.wasQueuedFor(this.#afterMs))
    if (call instanceof HardCall) this.#cut(call, call.timeout)
    else call.child.abort(call.timeout)
  }
}

/** A call whose time is limited. */
class TimedCall extends Deadline {
  readonly context: CallContext
  readonly child: CallContext
  timeout: TimeoutError | undefined
  offAbort: (() => void) | undefined
  readonly #onExpire: (call: TimedCall) => void

  constructor(context: CallContext, onExpire: (call: TimedCall) => void) {
    super()
    this.context = context
    this.child = context.child(context.attempt, true)
    this.#onExpire = onExpire
  }

  override expire(): void {
    this.#onExpire(this)
  }
}

/** One that ends with its time, whatever its work does. */
class HardCall extends TimedCall {
  readonly reject: (error: unknown) => void
  answer: Promise<unknown> | undefined

  constructor(context: CallContext, onExpire: (call: TimedCall) => void, reject: (error: unknown) => void) {
    super(context, onExpire)
    this.reject = reject
  }
}

function assertMode(mode: unknown): void {
  if (mode === 'hard' || mode === 'cooperative') return
  throw new TypeError(`mode must be 'hard' or 'cooperative', got ${shown(mode)}`)
}
