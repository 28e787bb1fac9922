import { LONGEST_TIMER_MS } from './longest-timer.ts'

interface Waiter {
  readonly position: number
  readonly tell: () => void
}

/** Those who wait until what was taken before has gone. While there are any the process stays alive. */
export class FlushWaiters {
  #waiters: Waiter[] = []
  #stayAlive: NodeJS.Timeout | undefined

  /** Resolves when `position` has passed, or all are released. */
  wait(position: number): Promise<void> {
    this.#stayAlive ??= setTimeout(() => {}, LONGEST_TIMER_MS)
    return new Promise((resolve) => this.#waiters.push({ position, tell: resolve }))
  }

  /** Tells those whose position has passed. */
  passed(position: number): void {
    // In order, so the first says whether there is anybody to tell.
    while (this.#waiters[0] !== undefined && this.#waiters[0].position <= position) this.#waiters.shift()?.tell()
    if (this.#waiters.length > 0 || this.#stayAlive === undefined) return
    clearTimeout(this.#stayAlive)
    this.#stayAlive = undefined
  }

  release(): void {
    this.passed(Infinity)
  }
}
