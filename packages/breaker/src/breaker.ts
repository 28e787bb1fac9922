import { type BreakerOptions, type BreakerParts, resolveBreakerOptions } from './breaker-options.ts'
import type { BreakerStats } from './breaker-stats.ts'
import { Circuit } from './circuit.ts'
import type { Permit } from './permit.ts'
import { outcomeOfError, safely } from './classify.ts'
import { CallContext, type Work } from './context.ts'
import { TimeoutError } from './errors.ts'
import type { BreakerState, StateChange } from './state.ts'
import {
  assertRunOptions,
  assertWork,
  ContextStrategy,
  type FallbackOptions,
  hasFallback,
  recover,
  type RunOptions,
  start,
} from './strategy.ts'

/** Removes a listener. */
export type Off = () => void

/** Facts that {@link Breaker.on} reports. */
export interface BreakerEvents {
  readonly state: StateChange
}

/**
 * A circuit breaker: closed it watches the calls, and opens when they fail too often; open it refuses them, for a time; then,
 * half-open, it lets a few through, which decide whether it closes or opens again.
 *
 * Theory: M. Nygard, "Release It!" (2007). Every change of state begins a new *generation*, and a result of a call begun in
 * an older one is dropped, so neither a late failure can open it again nor a late success close it. State is one word and a
 * deadline that the next call compares with the clock: no timer drives it, and an idle breaker costs nothing. A probe holds a
 * permit that expires, so a hung one cannot hold it half-open.
 *
 * The core is synchronous and allocates nothing: `tryAcquire()` gives a permit, which is handed back once by `success`,
 * `failure` or `ignore`. `run` and `wrap` do that around a function. All operations are O(1); refusals while half-open are
 * O(permits).
 */
export class Breaker extends ContextStrategy {
  readonly name: string
  readonly #parts: BreakerParts
  readonly #circuit: Circuit

  /** @throws TypeError or RangeError naming the option and the value. */
  constructor(options: BreakerOptions = {}) {
    super()
    this.#parts = resolveBreakerOptions(options)
    this.#circuit = new Circuit(this.#parts)
    this.name = this.#parts.name
  }

  /** The state as of the last call: an open breaker whose time is over is still `'open'` until somebody calls. */
  get state(): BreakerState {
    return this.#circuit.state
  }

  /** The right to run one call, or 0 where the breaker refuses it. Hand it back once. */
  tryAcquire(): Permit {
    return this.#circuit.tryAcquire()
  }

  /** The call of `permit` succeeded, after `durationMs` where slow calls count. */
  success(permit: Permit, durationMs = 0): void {
    this.#circuit.succeeded(permit, durationMs)
  }

  /** The call of `permit` failed with `error`. */
  failure(permit: Permit, error: unknown, durationMs = 0): void {
    this.#circuit.ended(permit, 'failure', error, durationMs)
  }

  /** The call of `permit` says nothing about the thing called, such as a caller's own abort. */
  ignore(permit: Permit): void {
    this.#circuit.ended(permit, 'ignored', undefined, 0)
  }

  override run<T>(work: Work<T>, options?: RunOptions): Promise<T>
  override run<T, F>(work: Work<T>, options: FallbackOptions<F>): Promise<T | F>
  override run<T, F>(work: Work<T>, options?: RunOptions | FallbackOptions<F>): Promise<T | F> {
    assertWork(work)
    if (options !== undefined) assertRunOptions(options)
    // No function is made here: it would cost every call the memory for what it holds on to.
    if (options?.signal?.aborted === true) return instead<T, F>(options, options.signal.reason)
    const permit = this.#circuit.tryAcquire()
    if (permit === 0) return this.#refuse<T, F>(options)
    const answer = this.#runWith(permit, work, CallContext.root(options?.signal, options?.priority))
    return hasFallback(options) ? recover(answer, options.fallback) : answer
  }

  override execute<T>(work: Work<T>, context: CallContext): Promise<T> {
    const permit = this.tryAcquire()
    return permit === 0 ? Promise.reject<T>(this.#circuit.refusal()) : this.#runWith(permit, work, context)
  }

  /** Refuses every call until all who isolated it have disposed of what they got; the last one closes it. */
  isolate(): Disposable {
    return this.#circuit.isolate()
  }

  /** Lets every call through and records nothing, until `reset`. */
  disable(): void {
    this.#circuit.disable()
  }

  /** Closed, with all recent calls and isolations forgotten; the counters of `stats` stay. */
  reset(): void {
    this.#circuit.reset()
  }

  /** Calls `listener` after each change of state; what it throws is dropped. The `node:diagnostics_channel` is told as well. */
  on<E extends keyof BreakerEvents>(event: E, listener: (fact: BreakerEvents[E]) => void): Off {
    if (event !== 'state') throw new TypeError(`event must be 'state', got ${String(event)}`)
    return this.#circuit.listeners.add(listener)
  }

  stats(): BreakerStats {
    return this.#circuit.stats()
  }

  /** The error is made only where somebody sees it. */
  #refuse<T, F>(options: RunOptions | FallbackOptions<F> | undefined): Promise<T | F> {
    if (hasFallback(options) && typeof options.fallback !== 'function') return Promise.resolve(options.fallback)
    return instead<T, F>(options, this.#circuit.refusal())
  }

  #runWith<T>(permit: Permit, work: Work<T>, context: CallContext): Promise<T> {
    const begun = this.#parts.slowTrip === undefined ? 0 : this.#parts.clock.monotonic()
    if (context.isTimed) return this.#runTimed(permit, work, context, begun)
    try {
      const answer = work(context)
      if (!isThenable(answer)) {
        this.#resolved(permit, answer, begun)
        return Promise.resolve(answer)
      }
      const promise = answer instanceof Promise ? (answer as Promise<T>) : Promise.resolve(answer)
      return promise.then(
        (value) => {
          this.#resolved(permit, value, begun)
          return value
        },
        (error: unknown) => {
          this.#rejected(permit, error, context, begun)
          throw error
        },
      )
    } catch (error) {
      this.#rejected(permit, error, context, begun)
      return Promise.reject(error)
    }
  }

  /** Inside a timeout: work that never settles is blamed when the timeout cuts it off. */
  #runTimed<T>(permit: Permit, work: Work<T>, context: CallContext, begun: number): Promise<T> {
    if (context.isAborted) {
      this.ignore(permit)
      return Promise.reject(context.reason)
    }
    let isOver = false
    const off = context.onAbort((reason) => {
      if (isOver || !(reason instanceof TimeoutError)) return
      isOver = true
      this.#rejected(permit, reason, context, begun)
    })
    const end = (): boolean => {
      off()
      return isOver
    }
    return start(work, context).then(
      (value) => {
        if (!end()) this.#resolved(permit, value, begun)
        return value
      },
      (error: unknown) => {
        if (!end()) this.#rejected(permit, error, context, begun)
        throw error
      },
    )
  }

  #resolved(permit: Permit, value: unknown, begun: number): void {
    const { classifyResult } = this.#parts.classifiers
    if (classifyResult === undefined) this.#circuit.succeeded(permit, this.#since(begun))
    else this.#circuit.ended(permit, safely(classifyResult, value), undefined, this.#since(begun))
  }

  #rejected(permit: Permit, error: unknown, context: CallContext, begun: number): void {
    this.#circuit.ended(permit, outcomeOfError(error, context, this.#parts.classifiers), error, this.#since(begun))
  }

  #since(begun: number): number {
    return this.#parts.slowTrip === undefined ? 0 : this.#parts.clock.monotonic() - begun
  }
}

function isThenable(answer: unknown): boolean {
  if (answer instanceof Promise) return true
  if ((typeof answer !== 'object' && typeof answer !== 'function') || answer === null) return false
  return typeof (answer as { readonly then?: unknown }).then === 'function'
}

/** The fallback, else a rejection with `error`. */
function instead<T, F>(options: RunOptions | FallbackOptions<F> | undefined, error: unknown): Promise<T | F> {
  return hasFallback(options) ? recover(Promise.reject<T>(error), options.fallback) : Promise.reject<T>(error)
}
