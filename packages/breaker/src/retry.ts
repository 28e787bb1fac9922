import { type Backoff, backoffMs, type Jitter, resolveBackoff } from './backoff.ts'
import { type Clock, systemClock } from './clock.ts'
import type { CallContext, Work } from './context.ts'
import { type Duration, durationMs } from './duration.ts'
import { BreakerOpenError, isRefusal, RetryExhaustedError } from './errors.ts'
import { assertCount, assertOptions, shown } from './option-object.ts'
import { type RetryBudget, RetryBudgetWindow } from './retry-budget.ts'
import { ContextStrategy, start, type Strategy } from './strategy.ts'

/** Options of {@link retry}. */
export interface RetryOptions {
  /** How often the work is run, the first time included. Default 3; 1 never retries, and then errors pass as they are. */
  readonly maxAttempts?: number | undefined
  /** The wait before the first retry, doubled for each further one. Default `'100ms'`. */
  readonly delay?: Duration | undefined
  /** The longest such wait. Default `'10s'`. */
  readonly maxDelay?: Duration | undefined
  /** How chance shortens the waits. Default `'full'`. */
  readonly jitter?: Jitter | undefined
  /** How long after the begin of the call a retry may still begin. Default `'30s'`. It cuts no attempt short: a timeout does. */
  readonly maxElapsed?: Duration | undefined
  /** How many retries all calls together may make. Default: no limit. */
  readonly budget?: RetryBudget | undefined
  /** Whether another attempt makes sense after attempt number `attempt` failed with `error`. Default: always. */
  readonly shouldRetry?: ((error: unknown, attempt: number) => boolean) | undefined
  /** When the upstream asked to be tried again; that is then the wait. Default: nobody asked. */
  readonly retryAfter?: ((error: unknown) => Duration | undefined) | undefined
  readonly clock?: Clock | undefined
}

/**
 * A strategy that runs failed work again, after a wait that grows.
 *
 * A call rejects with
 * - `RetryExhaustedError`, the last error being its `cause`, where `maxAttempts` are made or `maxElapsed` leaves no room for
 *   the next wait;
 * - the last error itself where a retry would be wrong: `shouldRetry` says no, the budget is used up, the call was aborted, or
 *   the error is a refusal of our own (`BulkheadFullError` and the like). One refusal is waited for: `BreakerOpenError`,
 *   where its `retryAfterMs` fits into what is left of `maxElapsed`;
 * - the reason of the signal, at once, where that is aborted during a wait.
 *
 * Do not use it for work that must not happen twice, nor in more than one layer: attempts multiply.
 *
 * @throws TypeError or RangeError naming the option and the value.
 */
export function retry(options: RetryOptions = {}): RetryStrategy {
  return new Retry(options)
}

/** What a {@link retry} has seen. */
export interface RetryStats {
  /** How often work was begun, retries included. */
  readonly attempts: number
  /** Calls that ended with a RetryExhaustedError. */
  readonly exhausted: number
}

/** A {@link Strategy} that counts. */
export interface RetryStrategy extends Strategy {
  stats(): RetryStats
}

interface RetryRules {
  readonly maxAttempts: number
  readonly maxElapsedMs: number
  readonly backoff: Backoff
  readonly budget: RetryBudgetWindow | undefined
  readonly shouldRetry: ((error: unknown, attempt: number) => boolean) | undefined
  readonly retryAfter: ((error: unknown) => Duration | undefined) | undefined
  readonly clock: Clock
}

/** What {@link retry} gives. */
export class Retry extends ContextStrategy {
  readonly #rules: RetryRules
  #attempts = 0
  #exhausted = 0

  constructor(options: RetryOptions = {}) {
    super()
    this.#rules = resolveRetryOptions(options)
  }

  stats(): RetryStats {
    return { attempts: this.#attempts, exhausted: this.#exhausted }
  }

  override execute<T>(work: Work<T>, context: CallContext): Promise<T> {
    const { budget, clock } = this.#rules
    const begun = clock.monotonic()
    budget?.called(begun)
    this.#attempts++
    // Of its own like every attempt's: a bulkhead inside must not take what a later attempt leaves running for this one's.
    const child = context.child(1)
    return start(work, child).then(
      (value) => {
        child.close()
        return value
      },
      (error: unknown) => {
        child.close()
        return this.#retry(work, context, begun, error)
      },
    )
  }

  /** A loop, so that ten thousand attempts make no chain of ten thousand promises. */
  async #retry<T>(work: Work<T>, context: CallContext, begun: number, firstError: unknown): Promise<T> {
    let error = firstError
    let waitMs = 0
    for (let attempt = 1; ; attempt++) {
      waitMs = this.#waitAfter(error, attempt, context, begun, waitMs)
      await this.#pause(waitMs, context)
      // Aborted in the turn of the event loop in which the wait ended.
      if (context.isAborted) throw context.reason
      const child = context.child(attempt + 1)
      this.#attempts++
      try {
        return await start(work, child)
      } catch (thrown) {
        error = thrown
      } finally {
        child.close()
      }
    }
  }

  /** Milliseconds until the next attempt. Throws what the call ends with where there is none. */
  #waitAfter(error: unknown, attempt: number, context: CallContext, begun: number, previousMs: number): number {
    const { maxAttempts, maxElapsedMs, shouldRetry, budget, clock } = this.#rules
    if (context.isAborted) throw error
    const isOurs = isRefusal(error)
    if (isOurs && !(error instanceof BreakerOpenError)) throw error
    if (shouldRetry !== undefined && !shouldRetry(error, attempt)) throw error
    const now = clock.monotonic()
    const waitMs = attempt < maxAttempts ? this.#delayAfter(error, attempt, previousMs) : Infinity
    if (attempt >= maxAttempts || now - begun + waitMs > maxElapsedMs) {
      if (isOurs || maxAttempts === 1) throw error
      this.#exhausted++
      throw new RetryExhaustedError(attempt, now - begun, error)
    }
    if (budget !== undefined && !budget.tryRetry(now)) throw error
    return waitMs
  }

  #delayAfter(error: unknown, attempt: number, previousMs: number): number {
    if (error instanceof BreakerOpenError) return error.retryAfterMs
    const asked = this.#rules.retryAfter?.(error)
    return asked === undefined
      ? backoffMs(this.#rules.backoff, attempt, previousMs)
      : durationMs('the answer of retryAfter', asked)
  }

  /**
   * Also a wait of zero gives way to the event loop: work that fails at once would otherwise hold up the process until
   * `maxElapsed`.
   */
  #pause(ms: number, context: CallContext): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#rules.clock.setTimer(onTimer, ms, true)
      const off = context.onAbort((reason) => {
        cancel()
        reject(reason)
      })
      function onTimer(): void {
        off()
        resolve()
      }
    })
  }
}

const OPTIONS = [
  'maxAttempts',
  'delay',
  'maxDelay',
  'jitter',
  'maxElapsed',
  'budget',
  'shouldRetry',
  'retryAfter',
  'clock',
]

function resolveRetryOptions(options: RetryOptions): RetryRules {
  assertOptions('retry options', options, OPTIONS)
  const { maxAttempts = 3, delay = '100ms', maxDelay = '10s', jitter = 'full', maxElapsed = '30s' } = options
  const { budget, shouldRetry, retryAfter, clock = systemClock } = options
  assertCount('maxAttempts', maxAttempts, 1)
  assertFunction('shouldRetry', shouldRetry)
  assertFunction('retryAfter', retryAfter)
  return {
    maxAttempts,
    maxElapsedMs: durationMs('maxElapsed', maxElapsed),
    backoff: resolveBackoff(delay, maxDelay, jitter),
    budget: budget && new RetryBudgetWindow(budget),
    shouldRetry,
    retryAfter,
    clock,
  }
}

function assertFunction(option: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw new TypeError(`${option} must be a function, got ${shown(value)}`)
}
