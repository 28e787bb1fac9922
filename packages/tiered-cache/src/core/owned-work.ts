/** The promises that the cache itself owns: what goes on after its caller was answered. */
export class OwnedWork {
  #running = 0
  #waiting: (() => void)[] = []

  /** Takes charge of `work`, a rejection included: whoever cares for the outcome has its own handler. */
  own(work: Promise<unknown>): void {
    this.#running++
    const done = (): void => {
      this.#running--
      if (this.#running === 0) this.#release()
    }
    work.then(done, done)
  }

  /** Resolves when nothing is running. */
  async idle(): Promise<void> {
    // Work that ends may begin other work, such as a backfill after a read: look again after each time.
    while (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
  }

  #release(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
