import { type Clock, systemClock } from './clock.ts'
import type { CallContext, Work } from './context.ts'
import { type Duration, durationMs } from './duration.ts'
import { assertCount, assertOptions, shown } from './option-object.ts'
import { RecentQuantile } from './quantile.ts'
import { ContextStrategy, start, type Strategy } from './strategy.ts'

/**
 * A delay that follows how long calls take: with a `quantile` of 0.95, about the slowest 5 % get a second attempt. Never
 * under `atLeast`. Until 16 durations are known there are no second attempts: to guess too low would double the load of a
 * process that has just started.
 */
export interface QuantileDelay {
  /** Above 0, below 1. */
  readonly quantile: number
  readonly atLeast: Duration
}

/** Options of {@link hedge}. */
export interface HedgeOptions {
  /** How long an attempt is waited for before another starts beside it. */
  readonly after: Duration | QuantileDelay
  /** Attempts besides the first. Default 1. */
  readonly maxHedges?: number | undefined
  readonly clock?: Clock | undefined
}

/** What a {@link hedge} has seen. */
export interface HedgeStats {
  /** Attempts begun beside a first one. */
  readonly hedges: number
}

/** A {@link Strategy} that counts. */
export interface HedgeStrategy extends Strategy {
  stats(): HedgeStats
}

const OPTIONS = ['after', 'maxHedges', 'clock']

/**
 * A second attempt beside one that is slow (Dean and Barroso, The Tail at Scale, 2013): the first success is the result, and
 * the others are aborted. Only for work that may safely run twice. A failure while no other attempt runs rejects at once,
 * with that error: trying again after failures is what `retry` is for. The caller's abort rejects at once, and aborts all of them.
 * @throws TypeError or RangeError naming the option and the value.
 */
export function hedge(options: HedgeOptions): HedgeStrategy {
  return new Hedge(options)
}

class Hedge extends ContextStrategy {
  readonly #delay: HedgeDelay
  readonly #maxAttempts: number
  readonly #clock: Clock
  #hedges = 0

  constructor(options: HedgeOptions) {
    super()
    assertOptions('hedge options', options, OPTIONS)
    const { after, maxHedges = 1, clock = systemClock } = options
    assertCount('maxHedges', maxHedges, 0)
    this.#delay = new HedgeDelay(after)
    this.#maxAttempts = maxHedges + 1
    this.#clock = clock
  }

  stats(): HedgeStats {
    return { hedges: this.#hedges }
  }

  override execute<T>(work: Work<T>, context: CallContext): Promise<T> {
    const counted: Work<T> = (attempt) => {
      if (attempt.attempt > 1) this.#hedges++
      return work(attempt)
    }
    return new Promise((resolve, reject) => {
      new Race(counted, context, this.#delay, this.#maxAttempts, this.#clock, resolve, reject).start()
    })
  }
}

/** How long an attempt is waited for. */
class HedgeDelay {
  readonly #atLeastMs: number
  readonly #recent: RecentQuantile | undefined

  constructor(after: Duration | QuantileDelay) {
    if (typeof after !== 'object') {
      this.#atLeastMs = durationMs('after', after)
      return
    }
    assertOptions('after', after, ['quantile', 'atLeast'])
    assertQuantile(after.quantile)
    this.#atLeastMs = durationMs('after.atLeast', after.atLeast)
    this.#recent = new RecentQuantile(after.quantile)
  }

  get ms(): number {
    return this.#recent === undefined ? this.#atLeastMs : Math.max(this.#recent.value ?? Infinity, this.#atLeastMs)
  }

  record(spentMs: number): void {
    this.#recent?.record(spentMs)
  }
}

interface Attempt {
  readonly context: CallContext
  readonly startedAt: number
  answer: Promise<unknown> | undefined
}

/** The attempts of one call. */
class Race<T> {
  readonly #work: Work<T>
  readonly #context: CallContext
  readonly #delay: HedgeDelay
  readonly #maxAttempts: number
  readonly #clock: Clock
  readonly #resolve: (value: T) => void
  readonly #reject: (error: unknown) => void
  readonly #running = new Set<Attempt>()
  #started = 0
  #cancelTimer: (() => void) | undefined
  #offAbort: (() => void) | undefined
  #isOver = false

  constructor(
    work: Work<T>,
    context: CallContext,
    delay: HedgeDelay,
    maxAttempts: number,
    clock: Clock,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#work = work
    this.#context = context
    this.#delay = delay
    this.#maxAttempts = maxAttempts
    this.#clock = clock
    this.#resolve = resolve
    this.#reject = reject
  }

  start(): void {
    this.#startAttempt()
    if (this.#context.isAbortable) this.#offAbort = this.#context.onAbort((reason) => this.#abort(reason))
  }

  #startAttempt(): void {
    if (this.#running.size > 0) this.#context.addBranches(1)
    this.#started++
    const context = this.#context.child(this.#started)
    const startedAt = this.#clock.monotonic()
    const attempt: Attempt = { context, startedAt, answer: undefined }
    this.#running.add(attempt)
    const answer = start(this.#work, context)
    attempt.answer = answer
    // Where the work itself made the caller abort.
    if (this.#isOver) return this.#context.linger(answer)
    answer.then(
      (value) => this.#succeed(attempt, value),
      (error: unknown) => this.#fail(attempt, error),
    )
    this.#startTimer()
  }

  #startTimer(): void {
    const delayMs = this.#delay.ms
    if (this.#started >= this.#maxAttempts || delayMs === Infinity) return
    this.#cancelTimer = this.#clock.setTimer(this.#hedge, delayMs, true)
  }

  readonly #hedge = (): void => this.#startAttempt()

  #succeed(attempt: Attempt, value: T): void {
    if (!this.#leave(attempt)) return
    this.#end()
    this.#resolve(value)
    this.#delay.record(this.#clock.monotonic() - attempt.startedAt)
    if (this.#running.size > 0) this.#abortLosers()
  }

  #fail(attempt: Attempt, error: unknown): void {
    if (!this.#leave(attempt) || this.#running.size > 0) return
    this.#end()
    this.#reject(error)
  }

  #abort(reason: unknown): void {
    this.#end()
    this.#reject(reason)
    for (const attempt of this.#running) this.#abandon(attempt, reason)
  }

  #end(): void {
    this.#isOver = true
    this.#cancelTimer?.()
    this.#offAbort?.()
  }

  /** Whether the attempt was still in the race. */
  #leave(attempt: Attempt): boolean {
    attempt.context.close()
    const wasRunning = this.#running.delete(attempt)
    if (wasRunning && this.#running.size > 0) this.#context.addBranches(-1)
    return wasRunning
  }

  /** Nobody waits for the attempt any more: whoever holds a place for it learns that it goes on. */
  #abandon(attempt: Attempt, reason: unknown): void {
    if (attempt.answer !== undefined) this.#context.linger(attempt.answer)
    attempt.context.abort(reason)
    this.#leave(attempt)
  }

  #abortLosers(): void {
    const reason = new DOMException('another attempt was faster', 'AbortError')
    const now = this.#clock.monotonic()
    for (const loser of this.#running) {
      // It would have taken longer, but how long is not known. Left out, slow attempts would be missing among the durations,
      // the quantile would fall, and each turn of that would hedge more calls.
      this.#delay.record(now - loser.startedAt)
      this.#abandon(loser, reason)
    }
  }
}

function assertQuantile(quantile: unknown): void {
  if (typeof quantile === 'number' && quantile > 0 && quantile < 1) return
  const WrongValue = typeof quantile === 'number' ? RangeError : TypeError
  throw new WrongValue(`after.quantile must be a number above 0 and below 1, got ${shown(quantile)}`)
}
