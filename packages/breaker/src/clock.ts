/** A source of time that can be replaced, so that tests need no waiting. */
export interface Clock {
  /** Epoch milliseconds: for instants that are stored or shown. */
  now(): number
  /** Milliseconds that never jump: for deadlines, windows and open times. */
  monotonic(): number
  /** Runs `callback` once after `delayMs`; the timer keeps no process alive. Returns its cancel. */
  setTimer(callback: () => void, delayMs: number): () => void
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
