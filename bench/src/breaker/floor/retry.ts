import { setTimeout as sleep } from 'node:timers/promises'

/** A hand-written retry: a loop with a doubling delay. */
export async function withRetry<T>(work: () => Promise<T>, attempts: number): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= attempts) throw error
      await sleep(100 * 2 ** attempt)
    }
  }
}
