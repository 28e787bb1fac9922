import { askedWaitMs, type Backoff, backoffMs, type Jitter, resolveBackoff } from './backoff.ts'
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
  /** The wait that the upstream asked for: the backoff where that is longer, else this and up to a tenth. Default: nobody asked. */
  readonly retryAfter?: ((error: unknown) => Duration | undefined) | undefined
  readonly clock?: Clock | undefined
}

/**
 * A strategy that runs failed work again, after a wait that grows.
 *
 * A call rejects with
 * - `RetryExhaustedError`, the last error being its `cause`, where `maxAttempts` are made, or `maxElapsed` leaves no room for
 *   the next wait, or no timer holds it: over 24.8 days or `Infinity`;
 * - the last error itself where a retry would be wrong: `shouldRetry` says no, the budget is used up, the call was aborted, or
 *   the error is a refusal of our own (`BulkheadFullError` and the like). One refusal is waited for: `BreakerOpenError`,
 *   where its `retryAfterMs` fits into what is left of `maxElapsed`;
 * - the reason of the signal, at once, where that is aborted during a wait; the budget gets the retry back.
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

/** The wait before one retry. */
interface Wait {
  readonly ms: number
  /** The backoff that the next one grows from. */
  readonly backoffMs: number
  /** Whether an attempt that comes a fraction of a millisecond early is lost: a breaker would refuse it. */
  readonly isExact: boolean
  /** When it begins, in monotonic milliseconds. */
  readonly from: number
}

/** No timer holds more: a longer wait would never end. */
const LONGEST_WAIT_MS = 2 ** 31 - 1

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
    let backoff = 0
    for (let attempt = 1; ; attempt++) {
      const wait = this.#waitAfter(error, attempt, context, begun, backoff)
      backoff = wait.backoffMs
      await this.#waitOut(wait, context)
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

  /** The wait until the next attempt. Throws what the call ends with where there is none. */
  #waitAfter(error: unknown, attempt: number, context: CallContext, begun: number, previousMs: number): Wait {
    const { maxAttempts, maxElapsedMs, shouldRetry, budget, clock } = this.#rules
    if (context.isAborted) throw error
    const isOurs = isRefusal(error)
    if (isOurs && !(error instanceof BreakerOpenError)) throw error
    if (shouldRetry !== undefined && !shouldRetry(error, attempt)) throw error
    const from = clock.monotonic()
    const wait = attempt < maxAttempts ? this.#delayAfter(error, attempt, previousMs, from) : undefined
    // By one of the functions just asked.
    if (context.isAborted) throw error
    if (wait === undefined || wait.ms > LONGEST_WAIT_MS || from - begun + wait.ms > maxElapsedMs) {
      if (isOurs || maxAttempts === 1) throw error
      this.#exhausted++
      throw new RetryExhaustedError(attempt, from - begun, error)
    }
    if (budget !== undefined && !budget.tryRetry(from)) throw error
    return wait
  }

  #delayAfter(error: unknown, attempt: number, previousMs: number, from: number): Wait {
    if (error instanceof BreakerOpenError) {
      return { ms: error.retryAfterMs, backoffMs: previousMs, isExact: true, from }
    }
    const { backoff, retryAfter } = this.#rules
    const ownMs = backoffMs(backoff, attempt, previousMs)
    const asked = retryAfter?.(error)
    const ms = asked === undefined ? ownMs : askedWaitMs(backoff, durationMs('the answer of retryAfter', asked), ownMs)
    return { ms, backoffMs: ownMs, isExact: false, from }
  }

  async #waitOut(wait: Wait, context: CallContext): Promise<void> {
    try {
      await this.#pause(wait, context)
      // Aborted in the turn of the event loop in which the wait ended.
      if (context.isAborted) throw context.reason
    } catch (reason) {
      this.#rules.budget?.giveBack(wait.from)
      throw reason
    }
  }

  /**
   * Also a wait of zero gives way to the event loop: work that fails at once would otherwise hold up the process until
   * `maxElapsed`.
   */
  #pause({ ms, isExact, from }: Wait, context: CallContext): Promise<void> {
    const { clock } = this.#rules
    return new Promise((resolve, reject) => {
      let cancel = clock.setTimer(onTimer, ms, true)
      const off = context.onAbort((reason) => {
        cancel()
        reject(reason)
      })
      function onTimer(): void {
        // A timer of the system may fire up to a millisecond early.
        const leftMs = isExact ? from + ms - clock.monotonic() : 0
        if (leftMs > 0) cancel = clock.setTimer(onTimer, leftMs, true)
        else {
          off()
          resolve()
        }
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
