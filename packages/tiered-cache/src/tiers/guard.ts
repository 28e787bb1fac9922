import type { MaybePromise } from './tier.ts'

/** What a guarded operation answers where the tier gave none: refused by the breaker, failed, or past its deadline. */
export const NO_ANSWER: unique symbol = Symbol('tiered-cache.no-answer')

/** Stands between the cache and an asynchronous tier: whatever the tier does, the caller gets an answer in time. */
export interface Guard {
  /** False from a failed open until the first success, and while the breaker is not closed. */
  readonly available: boolean
  readonly breaker: 'closed' | 'open' | 'half-open'
  /**
   * Runs one operation within the deadline. While the breaker is not closed, `work` is not called and the answer is
   * {@link NO_ANSWER} at once; else it is called before `run` returns. Rejects with UnstorableValueError alone. `bytes` is what it
   * sends, where that is known: it takes time on the way, which is no fault of the tier.
   */
  run<T>(
    operation: string,
    key: string | undefined,
    work: () => MaybePromise<T>,
    bytes?: number,
  ): MaybePromise<T | typeof NO_ANSWER>
  /** Runs the tier's own `open`; resolves once it has settled or passed the deadline. */
  open(): Promise<void>
  /** Runs the tier's own `close`; resolves once it has settled or passed the deadline. */
  close(): Promise<void>
}
