/**
 * An error of this package that says what was refused or cut off, not where: it captures no stack, since that would be most
 * of what a refusal costs. `stack` is then its name and message.
 */
abstract class StacklessError extends Error {
  constructor(message: string, options: { readonly cause?: unknown; readonly stack?: boolean | undefined } = {}) {
    const limit = Error.stackTraceLimit
    if (options.stack !== true) limitStacks(0)
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    limitStacks(limit)
  }
}

/** A breaker refused the call: it is open, or half-open with all permits taken. `cause` is what opened it. */
export class BreakerOpenError extends StacklessError {
  override readonly name = 'BreakerOpenError'
  readonly code = 'ERR_BREAKER_OPEN'
  readonly breaker: string
  readonly state: 'open' | 'half-open'
  /** When to try again. */
  readonly retryAfterMs: number

  /** @param words what the breaker is doing, where that is more than its state */
  constructor(
    breaker: string,
    state: 'open' | 'half-open',
    retryAfterMs: number,
    cause: unknown,
    stack?: boolean,
    words: string = state,
  ) {
    super(`breaker "${breaker}" is ${words}, try again in ${Math.ceil(retryAfterMs)} ms`, { cause, stack })
    this.breaker = breaker
    this.state = state
    this.retryAfterMs = retryAfterMs
  }
}

/** A breaker refused the call because somebody isolated it by hand. */
export class IsolatedError extends StacklessError {
  override readonly name = 'IsolatedError'
  readonly code = 'ERR_BREAKER_ISOLATED'
  readonly breaker: string

  constructor(breaker: string, stack?: boolean) {
    super(`breaker "${breaker}" is isolated`, { stack })
    this.breaker = breaker
  }
}

/** A bulkhead refused the call: all its places and its queue are taken, or it is closed. */
export class BulkheadFullError extends StacklessError {
  override readonly name = 'BulkheadFullError'
  readonly code = 'ERR_BULKHEAD_FULL'
  readonly bulkhead: string
  /** When a place is likely to be free; `undefined` where nothing is known. */
  readonly retryAfterMs: number | undefined

  constructor(bulkhead: string, reason: string, retryAfterMs?: number) {
    super(`bulkhead "${bulkhead}" ${reason}`)
    this.bulkhead = bulkhead
    this.retryAfterMs = retryAfterMs
  }
}

/** The work took too long: one attempt, the whole call, or the wait in a bulkhead's queue. */
export class TimeoutError extends StacklessError {
  override readonly name = 'TimeoutError'
  readonly code = 'ERR_TIMEOUT'
  readonly timeoutMs: number
  readonly scope: 'attempt' | 'total' | 'queue'
  /** Whether the time went to the queue of a bulkhead: its work had not begun, or only late. Then no breaker blames the work. */
  readonly isQueued: boolean

  constructor(timeoutMs: number, scope: 'attempt' | 'total' | 'queue', isQueued: boolean = scope === 'queue') {
    super(`${SCOPE_WORDS[scope]} took longer than ${timeoutMs} ms`)
    this.timeoutMs = timeoutMs
    this.scope = scope
    this.isQueued = isQueued
  }
}

const SCOPE_WORDS = { attempt: 'the attempt', total: 'the call', queue: 'the wait for a place' } as const

/** Every attempt failed, or the time for more of them ran out. `cause` is the last error. */
export class RetryExhaustedError extends StacklessError {
  override readonly name = 'RetryExhaustedError'
  readonly code = 'ERR_RETRY_EXHAUSTED'
  readonly attempts: number
  readonly elapsedMs: number

  constructor(attempts: number, elapsedMs: number, cause: unknown) {
    super(`gave up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} in ${Math.round(elapsedMs)} ms`, {
      cause,
    })
    this.attempts = attempts
    this.elapsedMs = elapsedMs
  }
}

/** Whether the error is a refusal of our own: it says nothing about the thing that is protected. O(1). */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof StacklessError)) return false
  const isAboutTheWork = error instanceof RetryExhaustedError || (error instanceof TimeoutError && !error.isQueued)
  return !isAboutTheWork
}

/** Where a program has frozen its intrinsics, errors keep their stacks. */
function limitStacks(limit: number): void {
  if (stacksCanBeLimited) Error.stackTraceLimit = limit
}

const stacksCanBeLimited = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true
