import type { Off, RemovalCause } from '../tier.ts'

/** Hears of one entry that left. */
export type RemovalListener = (key: string, cause: RemovalCause) => void
type ValueListener = (key: string, value: unknown, cause: RemovalCause) => void

interface Removal {
  readonly key: string
  readonly value: unknown
  readonly cause: RemovalCause
}

/** What left a tier, told to whom it concerns once the tier is consistent. While nobody listens nothing is noted. */
export class Removals {
  readonly #valueListener: ValueListener | undefined
  readonly #listeners = new Set<RemovalListener>()
  #untold: Removal[] = []
  #isTelling = false

  constructor(valueListener: ValueListener | undefined) {
    this.#valueListener = valueListener
  }

  get isHeard(): boolean {
    return this.#valueListener !== undefined || this.#listeners.size > 0
  }

  /** Whether somebody hears of the values too. */
  get isValueHeard(): boolean {
    return this.#valueListener !== undefined
  }

  on(listener: RemovalListener): Off {
    // A function of its own, so that one listener added twice is two.
    const own: RemovalListener = (key, cause) => listener(key, cause)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  note(key: string, value: unknown, cause: RemovalCause): void {
    if (this.isHeard) this.#untold.push({ key, value, cause })
  }

  /**
   * Tells what was noted. A listener may use the tier, and what it throws is dropped. What leaves meanwhile is told after the
   * rest, so that all hear everything in the order in which it happened.
   */
  tell(): void {
    if (this.#isTelling || this.#untold.length === 0) return
    this.#isTelling = true
    try {
      for (const removal of this.#untold) this.#tellAll(removal)
    } finally {
      this.#untold = []
      this.#isTelling = false
    }
  }

  #tellAll({ key, value, cause }: Removal): void {
    quietly(() => this.#valueListener?.(key, value, cause))
    for (const listener of this.#listeners) quietly(() => listener(key, cause))
  }
}

function quietly(call: () => unknown): void {
  try {
    const answer = call()
    if (answer instanceof Promise) answer.catch(() => {})
  } catch {
    // The listener's fault is its own.
  }
}
