type AbortListener = (reason: unknown) => void

const links = new WeakMap<AbortSignal, SignalLink>()

/**
 * The one listener that this package has on a signal, however many calls share it. An EventTarget looks through all of
 * its listeners for each that is added, so one per call would make `n` calls on a shared signal cost n².
 */
class SignalLink {
  readonly #signal: AbortSignal
  readonly #listeners = new Set<AbortListener>()

  constructor(signal: AbortSignal) {
    this.#signal = signal
    links.set(signal, this)
    signal.addEventListener('abort', this, { once: true })
  }

  /** Called by the signal. */
  handleEvent(): void {
    links.delete(this.#signal)
    for (const listener of this.#listeners) listener(this.#signal.reason)
  }

  add(listener: AbortListener): () => void {
    this.#listeners.add(listener)
    return () => this.#remove(listener)
  }

  #remove(listener: AbortListener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0 || this.#signal.aborted) return
    links.delete(this.#signal)
    this.#signal.removeEventListener('abort', this)
  }
}

/** Calls `listener` once when the signal is aborted from now on, in O(1); the answer removes it. */
export function onSignalAbort(signal: AbortSignal, listener: AbortListener): () => void {
  return (links.get(signal) ?? new SignalLink(signal)).add(listener)
}
