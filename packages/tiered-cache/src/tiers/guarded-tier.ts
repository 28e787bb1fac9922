import { Breaker, type Permit } from '@org/breaker'
import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import { TierDeadlineError, TierFaultError, UnstorableValueError } from '../errors.ts'
import { AdaptiveDeadline } from './adaptive-deadline.ts'
import { type Guard, NO_ANSWER } from './guard.ts'
import { OperationsUnderWay, OperationUnderWay, type Turn } from './operations-under-way.ts'
import type { MaybePromise, Tier } from './tier.ts'

const FAILURES_TO_OPEN = 5
/** A probe that is rejected costs next to nothing, and a tier that is back is to be used at once. */
const OPEN_FOR_MS = 50
/** 10 MB a second: what is slower than a tenth of a gigabit network is to be noticed. */
const BYTES_PER_MS = 10_000
/** One that hangs holds a place in the tier, and callers had to wait for those before it. */
const PAUSE_AFTER_DEADLINE_MS = 1_000

/** What a {@link GuardedTier} reports, after its state is consistent. */
export interface GuardListener {
  fault(error: TierFaultError): void
  available(available: boolean): void
  /** One operation took `ms` until its answer, its failure or its deadline. */
  timed(ms: number): void
}

/**
 * The guard of one asynchronous tier: a deadline per operation, then a breaker. A fault is counted and reported, never
 * thrown; a miss is a success. While the breaker is open nobody waits: a caller gets its (empty) answer at once, those who
 * waited when it opened as well. The probe that may close it again is a read of the key just asked for, for which nobody
 * waits either: 50 ms after a failure, a second after a deadline that passed, unless the answer does come after all.
 *
 * The deadline of a shared tier adapts (see {@link AdaptiveDeadline}). The tier's own promise is observed for as long as it takes;
 * what is kept of an operation that hangs is its name and its key.
 */
export class GuardedTier implements Guard {
  readonly #tier: Tier
  readonly #deadline: AdaptiveDeadline
  readonly #clock: Clock
  readonly #listener: GuardListener
  readonly #breaker: Breaker
  readonly #underWay: OperationsUnderWay
  #openFailed = false
  #reportedAvailable = true
  /** Until then there is no probe, though the breaker would let one through. */
  #pausedUntil = -Infinity

  /** `turn` is how the loop is turned once before an operation is called overdue. */
  constructor(tier: Tier, deadlineMs: number, clock: Clock, listener: GuardListener, turn?: Turn) {
    this.#tier = tier
    this.#deadline = new AdaptiveDeadline(deadlineMs, tier.shared)
    this.#clock = clock
    this.#listener = listener
    this.#underWay = new OperationsUnderWay(this.#deadline, clock, turn)
    this.#breaker = new Breaker({
      name: tier.name,
      consecutiveFailures: FAILURES_TO_OPEN,
      openFor: { base: OPEN_FOR_MS, max: OPEN_FOR_MS },
      clock,
    })
  }

  get available(): boolean {
    return !this.#openFailed && this.#breaker.state === 'closed'
  }

  get breaker(): Guard['breaker'] {
    // Nobody else has this breaker, so nobody isolates or disables it.
    return this.#breaker.state as Guard['breaker']
  }

  async open(): Promise<void> {
    if (this.#tier.open === undefined) return
    const answer = await this.run('open', undefined, () => this.#tier.open?.())
    if (answer !== NO_ANSWER) return
    this.#openFailed = true
    this.#reportAvailability()
  }

  async close(): Promise<void> {
    try {
      await withinDeadline(() => this.#tier.close?.(), this.#deadline.mostMs, this.#clock)
    } catch (error) {
      this.#listener.fault(new TierFaultError(this.#tier.name, 'close', undefined, error))
    }
  }

  run<T>(
    operation: string,
    key: string | undefined,
    work: () => MaybePromise<T>,
    bytes = 0,
  ): MaybePromise<T | typeof NO_ANSWER> {
    if (this.#breaker.state === 'closed') return this.#attempt(this.#breaker.tryAcquire(), operation, key, work, bytes)
    if (key !== undefined) this.#probe(key)
    return NO_ANSWER
  }

  #probe(key: string): void {
    if (this.#clock.monotonic() < this.#pausedUntil) return
    const permit = this.#breaker.tryAcquire()
    if (permit !== 0) void this.#attempt(permit, 'get', key, () => this.#tier.get(key))
  }

  #attempt<T>(
    permit: Permit,
    operation: string,
    key: string | undefined,
    work: () => MaybePromise<T>,
    bytes = 0,
  ): Promise<T | typeof NO_ANSWER> {
    const attempt = new Attempt<T>(permit, operation, key, this.#expired)
    attempt.sendingMs = bytes / BYTES_PER_MS
    const own = begin(work)
    this.#underWay.add(attempt)
    own.then(
      (answer) => this.#answered(attempt, answer),
      (error: unknown) => this.#rejected(attempt, error),
    )
    return attempt.answer
  }

  #answered<T>(attempt: Attempt<T>, answer: T): void {
    const now = this.#clock.monotonic()
    const ms = now - attempt.begunAt
    if (!this.#underWay.remove(attempt, now)) {
      // It does answer within the configured deadline: no reason to wait with the next probe.
      if (this.#deadline.answeredLate(ms, now)) this.#pausedUntil = -Infinity
      return
    }
    this.#deadline.answered(ms, now)
    this.#listener.timed(ms)
    this.#breaker.success(attempt.permit)
    this.#openFailed = false
    this.#reportAvailability()
    attempt.settle(answer)
  }

  #rejected<T>(attempt: Attempt<T>, error: unknown): void {
    const now = this.#clock.monotonic()
    if (!this.#underWay.remove(attempt, now)) return
    this.#listener.timed(now - attempt.begunAt)
    if (attempt.operation === 'set' && error instanceof UnstorableValueError) {
      this.#breaker.ignore(attempt.permit)
      attempt.refuse(error)
      return
    }
    if (this.#isRefusal(error)) this.#refused(attempt, error)
    else this.#failed(attempt, error, 0)
    attempt.release()
  }

  #isRefusal(error: unknown): boolean {
    try {
      return this.#tier.isRefusal?.(error) === true
    } catch {
      return false
    }
  }

  /** A fault, and yet it answers: there is no reason to pass it by. */
  #refused({ permit, operation, key }: OperationFacts, cause: unknown): void {
    this.#breaker.success(permit)
    this.#listener.fault(new TierFaultError(this.#tier.name, operation, key, cause))
  }

  readonly #expired = (attempt: Attempt<unknown>, deadlineMs: number): void => {
    this.#listener.timed(this.#clock.monotonic() - attempt.begunAt)
    this.#failed(attempt, new TierDeadlineError(deadlineMs), PAUSE_AFTER_DEADLINE_MS)
    attempt.release()
  }

  #failed({ permit, operation, key }: OperationFacts, cause: unknown, pauseMs: number): void {
    const fault = new TierFaultError(this.#tier.name, operation, key, cause)
    this.#breaker.failure(permit, fault)
    if (this.#breaker.state !== 'closed') {
      this.#pausedUntil = this.#clock.monotonic() + pauseMs
      this.#underWay.releaseAll()
    }
    this.#listener.fault(fault)
    this.#reportAvailability()
  }

  #reportAvailability(): void {
    if (this.available === this.#reportedAvailable) return
    this.#reportedAvailable = this.available
    this.#listener.available(this.available)
  }
}

interface OperationFacts {
  readonly permit: Permit
  readonly operation: string
  readonly key: string | undefined
}

type Expired = (attempt: Attempt<unknown>, deadlineMs: number) => void

/** One operation, and the promise of its answer to the caller. */
class Attempt<T> extends OperationUnderWay implements OperationFacts {
  readonly permit: Permit
  readonly operation: string
  readonly key: string | undefined
  readonly answer: Promise<T | typeof NO_ANSWER>
  settle!: (answer: T | typeof NO_ANSWER) => void
  refuse!: (error: UnstorableValueError) => void
  readonly #expired: Expired

  constructor(permit: Permit, operation: string, key: string | undefined, expired: Expired) {
    super()
    this.permit = permit
    this.operation = operation
    this.key = key
    this.#expired = expired
    this.answer = new Promise((resolve, reject) => {
      this.settle = resolve
      this.refuse = reject
    })
  }

  override expire(deadlineMs: number): void {
    this.#expired(this as Attempt<unknown>, deadlineMs)
  }

  override release(): void {
    this.settle(NO_ANSWER)
  }
}

/** What the tier gives, as a promise also where it throws. */
function begin<T>(work: () => MaybePromise<T>): Promise<T> {
  try {
    return Promise.resolve(work())
  } catch (error) {
    return Promise.reject(error)
  }
}
