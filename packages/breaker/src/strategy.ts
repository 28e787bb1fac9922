import { CallContext, type Work } from './context.ts'
import { assertOptions, shown } from './option-object.ts'

/** What is given in place of an error: a value, or a function of the error (which may throw it again). */
export type Fallback<F> = F | ((error: unknown) => F | PromiseLike<F>)

/** Options of one call. */
export interface RunOptions {
  /** Aborts the call. The work sees it as `context.signal`; it is never blamed on the thing called. */
  readonly signal?: AbortSignal | undefined
  /** Of the calls that wait in a bulkhead, the one with the highest number is next. Any finite number; default 0. */
  readonly priority?: number | undefined
}

/** With a fallback the promise never rejects, unless the fallback itself does. */
export interface FallbackOptions<F> extends RunOptions {
  readonly fallback: Fallback<F>
}

/** Anything that runs work under a rule; what `pipeline` and `compose` nest. */
export interface Strategy {
  run<T>(work: Work<T>, options?: RunOptions): Promise<T>
  run<T, F>(work: Work<T>, options: FallbackOptions<F>): Promise<T | F>
  /** `fn` under this rule, with its types and its `this`. */
  wrap<This, A extends readonly unknown[], T>(
    fn: (this: This, ...args: A) => T | PromiseLike<T>,
  ): (this: This, ...args: A) => Promise<T>
}

/**
 * A strategy of this package: what it does with one call is `execute`, which nested strategies hand the same context down,
 * so that no signal is made that nobody reads.
 */
export abstract class ContextStrategy implements Strategy {
  /** Runs the work once or more. Never throws: every failure is a rejection. */
  abstract execute<T>(work: Work<T>, context: CallContext): Promise<T>

  run<T>(work: Work<T>, options?: RunOptions): Promise<T>
  run<T, F>(work: Work<T>, options: FallbackOptions<F>): Promise<T | F>
  run<T, F>(work: Work<T>, options?: RunOptions | FallbackOptions<F>): Promise<T | F> {
    assertWork(work)
    const context = rootContext(options)
    const answer = context.isAborted ? Promise.reject<T>(context.reason) : this.execute(work, context)
    return hasFallback(options) ? recover(answer, options.fallback) : answer
  }

  wrap<This, A extends readonly unknown[], T>(
    fn: (this: This, ...args: A) => T | PromiseLike<T>,
  ): (this: This, ...args: A) => Promise<T> {
    assertWork(fn)
    const run = (work: Work<T>): Promise<T> => this.run(work)
    return function wrapped(this: This, ...args: A): Promise<T> {
      return run(() => fn.apply(this, args as unknown as A & unknown[]))
    }
  }
}

/**
 * The context of a call with these options.
 * @throws TypeError naming the option and the value.
 */
export function rootContext(options: RunOptions | undefined): CallContext {
  if (options === undefined) return CallContext.root(undefined)
  assertRunOptions(options)
  return CallContext.root(options.signal, options.priority)
}

const RUN_OPTIONS = ['signal', 'priority', 'fallback']

/** @throws TypeError naming the option and the value. */
export function assertRunOptions(options: RunOptions): void {
  // Looked through without a list of the names: this is asked for each call.
  for (const name in options) {
    if (name !== 'fallback' && name !== 'signal' && name !== 'priority') refuseOptions(options)
  }
  if (typeof options !== 'object' || options === null) refuseOptions(options)
  const { signal, priority } = options
  if (signal !== undefined) assertSignal(signal)
  if (priority !== undefined) assertPriority(priority)
}

function refuseOptions(options: RunOptions): void {
  assertOptions('run options', options, RUN_OPTIONS)
}

/** By what is used of it: a signal may come from another realm. */
function assertSignal(signal: unknown): void {
  const { aborted, addEventListener } = (signal ?? {}) as Partial<AbortSignal>
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return
  throw new TypeError(`signal must be an AbortSignal, got ${shown(signal)}`)
}

function assertPriority(priority: unknown): void {
  if (typeof priority === 'number' && Number.isFinite(priority)) return
  throw new TypeError(`priority must be a finite number, got ${shown(priority)}`)
}

/** The result of the work as a promise, also where it answers no promise or throws. */
export function start<T>(work: Work<T>, context: CallContext): Promise<T> {
  try {
    const answer = work(context)
    return answer instanceof Promise ? answer : Promise.resolve(answer)
  } catch (error) {
    return Promise.reject(error)
  }
}

export function hasFallback<F>(options: RunOptions | FallbackOptions<F> | undefined): options is FallbackOptions<F> {
  return options !== undefined && 'fallback' in options && options.fallback !== undefined
}

/** What `answer` gives, else the fallback. */
export function recover<T, F>(answer: Promise<T>, fallback: Fallback<F>): Promise<T | F> {
  return answer.catch((error: unknown) => fallbackValue(fallback, error))
}

export function fallbackValue<F>(fallback: Fallback<F>, error: unknown): F | PromiseLike<F> {
  return typeof fallback === 'function' ? (fallback as (error: unknown) => F | PromiseLike<F>)(error) : fallback
}

export function assertWork(work: unknown): void {
  if (typeof work === 'function') return
  throw new TypeError(`work must be a function, got ${shown(work)}`)
}
