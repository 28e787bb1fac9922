/** A source of time that can be replaced, so that tests need no waiting. */
export interface Clock {
  /** Epoch milliseconds: for instants that are stored or shown. */
  now(): number
  /** Milliseconds that never jump: for deadlines, windows and open times. */
  monotonic(): number
  /**
   * Runs `callback` once after `delayMs`. The timer keeps no process alive, unless `isAwaited`: somebody waits for it while
   * nothing else is under way. Returns its cancel.
   */
  setTimer(callback: () => void, delayMs: number, isAwaited?: boolean): () => void
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The clock of the machine. A delay over 24.8 days, the longest a timer holds, never fires. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(callback, delayMs, isAwaited = false) {
    if (delayMs > LONGEST_TIMER_MS) return () => {}
    const timer = setTimeout(callback, delayMs)
    if (!isAwaited) timer.unref()
    return () => {
      // Node then keeps its list of timers of this length for the next one, which halves the cost of a timeout.
      timer.unref()
      clearTimeout(timer)
    }
  },
}
