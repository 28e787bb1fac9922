import { Breaker } from './breaker.ts'
import type { BreakerOptions } from './breaker-options.ts'
import { Bulkhead, type BulkheadOptions, type BulkheadStats } from './bulkhead.ts'
import type { BreakerStats } from './breaker-stats.ts'
import type { Clock } from './clock.ts'
import { Nest } from './compose.ts'
import type { CallContext, Work } from './context.ts'
import { type Duration, durationMs } from './duration.ts'
import { assertOptions } from './option-object.ts'
import { Retry, type RetryOptions } from './retry.ts'
import { ContextStrategy, type Fallback, fallbackValue, type RunOptions } from './strategy.ts'
import { Timeout } from './timeout.ts'

/** The parts of a {@link Pipeline}, outer to inner; what is left out is not there. */
export interface PipelineOptions<F> {
  /** What is given in place of any error: a value, or a function of the error. */
  readonly fallback?: Fallback<F> | undefined
  /** The longest time for all attempts and the waits between them. The call then rejects at once. */
  readonly totalTimeout?: Duration | undefined
  readonly retry?: RetryOptions | undefined
  /** A breaker, which several pipelines may share, or the options of one of its own. */
  readonly breaker?: Breaker | BreakerOptions | undefined
  /** A bulkhead, which several pipelines may share, or the options of one of its own. */
  readonly bulkhead?: Bulkhead | BulkheadOptions | undefined
  /** The longest time for one attempt, the wait in the queue of the bulkhead not included. */
  readonly attemptTimeout?: Duration | undefined
  /** The clock of the timeouts, and of every part that names none of its own. */
  readonly clock?: Clock | undefined
}

/** What a pipeline and its parts have seen. */
export interface PipelineStats {
  readonly breaker: BreakerStats | undefined
  readonly bulkhead: BulkheadStats | undefined
  /** Attempts begun, those included that the breaker or the bulkhead refused. */
  readonly attempts: number
  /** Calls and attempts that took too long. */
  readonly timeouts: number
  /** Calls that ended with the fallback. */
  readonly fallbacks: number
}

/** Several strategies around a function, in an order that works; see {@link pipeline}. */
export interface Pipeline<F> {
  run<T>(work: Work<T>, options?: RunOptions): Promise<T | F>
  /** `fn` in this pipeline, with its types and its `this`. */
  wrap<This, A extends readonly unknown[], T>(
    fn: (this: This, ...args: A) => T | PromiseLike<T>,
  ): (this: This, ...args: A) => Promise<T | F>
  stats(): PipelineStats
}

/**
 * A {@link Pipeline}. Its order is fixed, outer to inner:
 *
 * 1. `fallback`: answers whatever ends the call, so that no promise ever rejects unless the fallback does.
 * 2. `totalTimeout`: bounds what the caller waits, all attempts and waits together.
 * 3. `retry`: each attempt asks the breaker anew, so retries end when it opens.
 * 4. `breaker`: hears of each attempt, and refuses before a place in the bulkhead is taken. A full bulkhead is no failure.
 * 5. `bulkhead`: holds a place for as long as the attempt runs, not during the waits between attempts.
 * 6. `attemptTimeout`: measures the work alone; one that is cut off is a failure for the breaker, and may be retried.
 * 7. the work.
 *
 * For another order use `compose`.
 *
 * @throws TypeError or RangeError naming the option and the value.
 */
export function pipeline<F = never>(options: PipelineOptions<F>): Pipeline<F> {
  return new FixedPipeline(options)
}

const OPTIONS = ['fallback', 'totalTimeout', 'retry', 'breaker', 'bulkhead', 'attemptTimeout', 'clock']

/**
 * Nested in others it takes part by its context, like every part. As a strategy it claims to answer what the work does, which
 * its fallback need not: {@link pipeline} tells callers so by the type `Pipeline<F>`.
 */
class FixedPipeline<F> extends ContextStrategy implements Pipeline<F> {
  readonly #fallback: Fallback<F> | undefined
  readonly #totalTimeout: Timeout | undefined
  readonly #retry: Retry | undefined
  readonly #breaker: Breaker | undefined
  readonly #bulkhead: Bulkhead | undefined
  readonly #attemptTimeout: Timeout | undefined
  readonly #nest: Nest
  #calls = 0
  #fallbacks = 0

  constructor(options: PipelineOptions<F>) {
    super()
    assertOptions('pipeline options', options, OPTIONS)
    const { fallback, totalTimeout, retry, breaker, bulkhead, attemptTimeout, clock } = options
    this.#fallback = fallback
    this.#totalTimeout = timeoutOf('total', totalTimeout, clock)
    this.#retry = retry === undefined ? undefined : new Retry(withClock(retry, clock))
    this.#breaker = breakerOf(breaker, clock)
    this.#bulkhead = bulkheadOf(bulkhead, clock)
    this.#attemptTimeout = timeoutOf('attempt', attemptTimeout, clock)
    const layers = [this.#totalTimeout, this.#retry, this.#breaker, this.#bulkhead, this.#attemptTimeout]
    this.#nest = new Nest(layers.filter((layer): layer is NonNullable<typeof layer> => layer !== undefined))
  }

  override run<T>(work: Work<T>, options?: RunOptions): Promise<T> {
    if (options?.signal?.aborted !== true) this.#calls++
    return this.#orFallback(this.#nest.run(work, options))
  }

  override execute<T>(work: Work<T>, context: CallContext): Promise<T> {
    if (context.isAborted) return this.#orFallback(Promise.reject<T>(context.reason))
    this.#calls++
    return this.#orFallback(this.#nest.execute(work, context))
  }

  stats(): PipelineStats {
    return {
      breaker: this.#breaker?.stats(),
      bulkhead: this.#bulkhead?.stats(),
      attempts: this.#retry?.stats().attempts ?? this.#calls,
      timeouts: (this.#totalTimeout?.stats().timeouts ?? 0) + (this.#attemptTimeout?.stats().timeouts ?? 0),
      fallbacks: this.#fallbacks,
    }
  }

  #orFallback<T>(answer: Promise<T>): Promise<T> {
    return this.#fallback === undefined ? answer : (answer.then(undefined, this.#fallBack) as Promise<T>)
  }

  readonly #fallBack = (error: unknown): F | PromiseLike<F> => {
    this.#fallbacks++
    return fallbackValue(this.#fallback as Fallback<F>, error)
  }
}

function timeoutOf(
  scope: 'attempt' | 'total',
  after: Duration | undefined,
  clock: Clock | undefined,
): Timeout | undefined {
  return after === undefined ? undefined : new Timeout({ after: durationMs(`${scope}Timeout`, after), clock }, scope)
}

function breakerOf(breaker: Breaker | BreakerOptions | undefined, clock: Clock | undefined): Breaker | undefined {
  if (breaker === undefined || breaker instanceof Breaker) return breaker
  return new Breaker(withClock(breaker, clock))
}

function bulkheadOf(bulkhead: Bulkhead | BulkheadOptions | undefined, clock: Clock | undefined): Bulkhead | undefined {
  if (bulkhead === undefined || bulkhead instanceof Bulkhead) return bulkhead
  return new Bulkhead(withClock(bulkhead, clock))
}

/** What is no object is left as it is: whoever takes the options refuses it. */
function withClock<O extends { readonly clock?: Clock | undefined }>(options: O, clock: Clock | undefined): O {
  if (clock === undefined || typeof options !== 'object' || options === null) return options
  return { ...options, clock: options.clock ?? clock }
}
