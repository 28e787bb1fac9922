import type { Clock } from '../clock.ts'
import { durationMs } from '../duration.ts'
import type { NegativeErrors } from '../freshness-options.ts'

const MAX_FAILURES = 10_000

/** A load that failed, and how its error is remembered. */
export interface Failure {
  readonly error: unknown
}

interface HeldFailure extends Failure {
  readonly until: number
}

/**
 * The errors of loaders that are remembered for a while, where the user asks for it: of this node, of the newest 10 000 keys. They are
 * in no tier: an error of one process is no value of all.
 */
export class Failures {
  readonly #clock: Clock
  readonly #failures = new Map<string, HeldFailure>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** What a loader failed with; remembered if `negativeErrors` says for how long. */
  add(key: string, error: unknown, negativeErrors: NegativeErrors | undefined): void {
    const ms = negativeErrors === undefined ? 0 : rememberedMs(negativeErrors, error)
    if (ms === 0) return
    this.#failures.delete(key)
    this.#failures.set(key, { error, until: this.#clock.monotonic() + ms })
    if (this.#failures.size <= MAX_FAILURES) return
    const [oldest] = this.#failures.keys()
    this.#failures.delete(oldest as string)
  }

  /** The error that the key is known to fail with. */
  of(key: string): Failure | undefined {
    if (this.#failures.size === 0) return undefined
    const failure = this.#failures.get(key)
    if (failure === undefined || this.#clock.monotonic() < failure.until) return failure
    this.#failures.delete(key)
    return undefined
  }

  /** The key was written, or loaded. */
  forget(key: string): void {
    this.#failures.delete(key)
  }

  forgetAll(): void {
    this.#failures.clear()
  }
}

/** What the user's function says; one that fails remembers nothing. */
function rememberedMs(negativeErrors: NegativeErrors, error: unknown): number {
  try {
    const said = negativeErrors(error)
    return said === false ? 0 : durationMs('negativeErrors', said)
  } catch {
    return 0
  }
}
