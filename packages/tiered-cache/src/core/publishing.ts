import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'

/** After a message that was not taken, no other is tried for so long: one writer at a time waits for a bus that does not answer. */
const PAUSE_MS = 900

/** Tells the other nodes of the writes to one tier. That they were not told is no fault of the tier. */
export class Publishing {
  readonly #publish: ((key: string) => Promise<void>) | undefined
  readonly #deadlineMs: number
  readonly #clock: Clock
  #notBefore = -Infinity

  /** Without `publish` there is nobody to tell. */
  constructor(publish: ((key: string) => Promise<void>) | undefined, deadlineMs: number, clock: Clock) {
    this.#publish = publish
    this.#deadlineMs = deadlineMs
    this.#clock = clock
  }

  /** Whether the bus has taken it. */
  async isTold(key: string): Promise<boolean> {
    const publish = this.#publish
    if (publish === undefined) return true
    if (this.#clock.monotonic() < this.#notBefore) return false
    try {
      await withinDeadline(() => publish(key), this.#deadlineMs, this.#clock)
      return true
    } catch {
      this.#notBefore = this.#clock.monotonic() + PAUSE_MS
      return false
    }
  }
}
