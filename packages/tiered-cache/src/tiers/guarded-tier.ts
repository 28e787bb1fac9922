import { Breaker, type Permit } from '@org/breaker'
import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import { TierFaultError, UnstorableValueError } from '../errors.ts'
import { type Guard, NO_ANSWER } from './guard.ts'
import type { MaybePromise, Tier } from './tier.ts'

const FAILURES_TO_OPEN = 5
const OPEN_FOR_MS = 1_000

/** What a {@link GuardedTier} reports, after its state is consistent. */
export interface GuardListener {
  fault(error: TierFaultError): void
  available(available: boolean): void
  /** One operation took `ms` until its answer, its failure or its deadline. */
  timed(ms: number): void
}

/**
 * The guard of one asynchronous tier: a deadline per operation, then a breaker. A fault is counted and reported, never
 * thrown; a miss is a success. While the breaker is open nobody waits: a caller gets its (empty) answer at once, and the
 * probe that may close the breaker again is a read of the key just asked for, for which nobody waits either.
 */
export class GuardedTier implements Guard {
  readonly #tier: Tier
  readonly #deadlineMs: number
  readonly #clock: Clock
  readonly #listener: GuardListener
  readonly #breaker: Breaker
  #openFailed = false
  #reportedAvailable = true

  constructor(tier: Tier, deadlineMs: number, clock: Clock, listener: GuardListener) {
    this.#tier = tier
    this.#deadlineMs = deadlineMs
    this.#clock = clock
    this.#listener = listener
    this.#breaker = new Breaker({
      name: tier.name,
      consecutiveFailures: FAILURES_TO_OPEN,
      openFor: OPEN_FOR_MS,
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
      await withinDeadline(() => this.#tier.close?.(), this.#deadlineMs, this.#clock)
    } catch (error) {
      this.#listener.fault(new TierFaultError(this.#tier.name, 'close', undefined, error))
    }
  }

  run<T>(operation: string, key: string | undefined, work: () => MaybePromise<T>): MaybePromise<T | typeof NO_ANSWER> {
    if (this.#breaker.state === 'closed') return this.#attempt(this.#breaker.tryAcquire(), operation, key, work)
    if (key !== undefined) this.#probe(key)
    return NO_ANSWER
  }

  #probe(key: string): void {
    const permit = this.#breaker.tryAcquire()
    if (permit !== 0) this.#attempt(permit, 'get', key, () => this.#tier.get(key)).catch(() => {})
  }

  async #attempt<T>(
    permit: Permit,
    operation: string,
    key: string | undefined,
    work: () => MaybePromise<T>,
  ): Promise<T | typeof NO_ANSWER> {
    const started = this.#clock.monotonic()
    try {
      const answer = await withinDeadline(work, this.#deadlineMs, this.#clock)
      this.#listener.timed(this.#clock.monotonic() - started)
      this.#succeeded(permit)
      return answer
    } catch (error) {
      this.#listener.timed(this.#clock.monotonic() - started)
      if (operation === 'set' && error instanceof UnstorableValueError) {
        this.#breaker.ignore(permit)
        throw error
      }
      this.#failed(permit, new TierFaultError(this.#tier.name, operation, key, error))
      return NO_ANSWER
    }
  }

  #succeeded(permit: Permit): void {
    this.#breaker.success(permit)
    this.#openFailed = false
    this.#reportAvailability()
  }

  #failed(permit: Permit, error: TierFaultError): void {
    this.#breaker.failure(permit, error)
    this.#listener.fault(error)
    this.#reportAvailability()
  }

  #reportAvailability(): void {
    if (this.available === this.#reportedAvailable) return
    this.#reportedAvailable = this.available
    this.#listener.available(this.available)
  }
}
