import type { Clock } from './clock.ts'
import { TierDeadlineError } from './errors.ts'

/**
 * What `work` gives, or a rejection with TierDeadlineError after `deadlineMs`. A late answer is dropped, a late failure too, so
 * that it is no unhandled rejection.
 */
export function withinDeadline<T>(work: () => T | PromiseLike<T>, deadlineMs: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(() => reject(new TierDeadlineError(deadlineMs)), deadlineMs)
    const settle = async (): Promise<void> => {
      try {
        resolve(await work())
      } catch (error) {
        reject(error)
      } finally {
        cancel()
      }
    }
    void settle()
  })
}
