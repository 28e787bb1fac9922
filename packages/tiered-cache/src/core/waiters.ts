/**
 * Who waits for a load. When the last of them has left by his signal, nobody wants it any more. Who has no signal, or wants the value for
 * the cache, never leaves.
 */
export class Waiters {
  readonly #abandoned: (reason: unknown) => void
  readonly #leaving: (() => void)[] = []
  #count = 0
  #isKept = false

  constructor(abandoned: (reason: unknown) => void) {
    this.#abandoned = abandoned
  }

  /** The load goes on whoever leaves. */
  keep(): void {
    this.#isKept = true
  }

  /** Somebody waits until his signal is aborted. */
  add(signal: AbortSignal): void {
    // Who waits for a load that goes on anyway, or has ended and is only being stored, is not listened for.
    if (this.#isKept) return
    this.#count++
    const leave = (): void => this.#leave(signal)
    signal.addEventListener('abort', leave, { once: true })
    this.#leaving.push(() => signal.removeEventListener('abort', leave))
    if (signal.aborted) leave()
  }

  /** The load has ended: signals that live on are let go. */
  end(): void {
    this.#isKept = true
    for (const stop of this.#leaving.splice(0)) stop()
  }

  #leave(signal: AbortSignal): void {
    this.#count--
    if (this.#count === 0 && !this.#isKept) this.#abandoned(signal.reason)
  }
}
