import { FloorCore } from './core.ts'

/** The hand-written breaker as most write it: an async function, an error with its stack, the fallback left to the caller. */
export class PlainFloor extends FloorCore {
  async run<T>(work: () => Promise<T>): Promise<T> {
    const permit = this.tryAcquire()
    if (permit === 0) throw new Error('the breaker is open')
    try {
      const value = await work()
      this.success(permit)
      return value
    } catch (error) {
      this.failure(permit)
      throw error
    }
  }
}
