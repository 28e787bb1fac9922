const LEAST_BETWEEN_MS = 10
const PAUSE_MS = 1

/**
 * Lets a process end in the middle of long work that nobody waits for: what has nothing else to do ends at the next {@link take}.
 * Whoever does wait keeps the process alive: see `keepAlive`.
 */
export class UnhurriedPause {
  #takenAt = performance.now()

  /** A pause of a millisecond, if the last one is 10 ms ago. */
  async take(): Promise<void> {
    if (performance.now() - this.#takenAt < LEAST_BETWEEN_MS) return
    // No immediate: one that keeps nothing alive waits for the next event of the loop.
    await new Promise<void>((resolve) => setTimeout(resolve, PAUSE_MS).unref())
    this.#takenAt = performance.now()
  }
}
