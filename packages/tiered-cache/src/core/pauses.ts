import type { Clock } from '../clock.ts'

/** Waits that end early when the cache closes. */
export class Pauses {
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()
  #isClosed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  take(ms: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const end = (): void => {
        cancel()
        this.#waiting.delete(end)
        resolve()
      }
      const cancel = this.#clock.setTimer(end, ms)
      this.#waiting.add(end)
    })
  }

  /** Ends all waits, and those to come at once. */
  close(): void {
    this.#isClosed = true
    for (const end of this.#waiting) end()
  }
}
