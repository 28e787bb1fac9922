import type { Clock } from '../clock.ts'

/** What `promise` gives, or `undefined` after `ms`: it goes on then. Never rejects later than that. */
export function within<T>(promise: Promise<T>, ms: number, clock: Clock): Promise<T | undefined> {
  if (ms === Infinity) return promise
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(() => resolve(undefined), ms)
    const settle = async (): Promise<void> => {
      try {
        resolve(await promise)
      } catch (error) {
        reject(error)
      } finally {
        cancel()
      }
    }
    void settle()
  })
}
