import type { Clock } from '../clock.ts'
import { type Duration, durationMs } from '../duration.ts'

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/**
 * A clock that stands still until told to move: tests of deadlines and expiry run at once and never wait.
 *
 * `advance` runs due timers in order of their instant, and lets every promise callback that became ready run between
 * two of them. `jump` moves the wall clock alone, as NTP or an operator does; `monotonic` never jumps.
 */
export class ManualClock implements Clock {
  #epochMs: number
  #elapsedMs = 0
  readonly #timers = new Set<Timer>()

  constructor(startEpochMs = 1_700_000_000_000) {
    this.#epochMs = startEpochMs
  }

  now(): number {
    return this.#epochMs
  }

  monotonic(): number {
    return this.#elapsedMs
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    const timer: Timer = { at: this.#elapsedMs + Math.max(0, delayMs), callback }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  /** How many timers wait: a test asserts 0 to show that none was left behind. */
  get pendingTimers(): number {
    return this.#timers.size
  }

  /** Moves both clocks on by `by`, running what falls due on the way. */
  async advance(by: Duration): Promise<void> {
    const target = this.#elapsedMs + durationMs('by', by)
    await settled()
    for (let next = this.#nextDue(target); next; next = this.#nextDue(target)) {
      this.#timers.delete(next)
      this.#moveTo(next.at)
      next.callback()
      await settled()
    }
    this.#moveTo(target)
    await settled()
  }

  /** Sets the wall clock, forwards or back, without moving `monotonic` and without running timers. */
  jump(epochMs: number): void {
    this.#epochMs = epochMs
  }

  #nextDue(target: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.at <= target && (next === undefined || timer.at < next.at)) next = timer
    }
    return next
  }

  #moveTo(elapsedMs: number): void {
    this.#epochMs += elapsedMs - this.#elapsedMs
    this.#elapsedMs = elapsedMs
  }
}

/** One turn of the event loop: every promise callback that is ready has run when it resolves. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
