import type { Clock } from '../clock.ts'
import type { Generation } from './generation.ts'

const MAX_COOLING_KEYS = 10_000

interface Running<T> {
  readonly generation: Generation
  readonly refresh: Promise<T>
}

/**
 * Which keys are being refreshed, and which are left alone for a while because their refresh failed. Known to this node only;
 * failures are remembered for the newest 10 000 keys.
 */
export class Refreshes<T> {
  readonly #clock: Clock
  readonly #running = new Map<string, Running<T>>()
  readonly #coolingUntil = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The refresh of the key that runs, unless a write has overtaken it. */
  underWay(key: string): Promise<T> | undefined {
    const running = this.#running.get(key)
    return running?.generation.isVoid === false ? running.refresh : undefined
  }

  /** Begins one in this generation, where none is under way; `undefined` where the key is left alone. */
  begin(key: string, generation: Generation, run: () => Promise<T>): Promise<T> | undefined {
    if (this.isCooling(key)) return undefined
    const refresh = run()
    this.#running.set(key, { generation, refresh })
    return refresh
  }

  end(key: string, generation: Generation): void {
    if (this.#running.get(key)?.generation === generation) this.#running.delete(key)
  }

  /** The refresh's load has ended; after a failure the key is left alone for `cooldownMs`. */
  loaded(key: string, isGood: boolean, cooldownMs: number): void {
    this.#coolingUntil.delete(key)
    if (isGood) return
    this.#coolingUntil.set(key, this.#clock.monotonic() + cooldownMs)
    if (this.#coolingUntil.size <= MAX_COOLING_KEYS) return
    for (const oldest of this.#coolingUntil.keys()) {
      this.#coolingUntil.delete(oldest)
      return
    }
  }

  /** The key was written: an earlier failure says nothing about it any more. */
  forget(key: string): void {
    this.#coolingUntil.delete(key)
  }

  /** Whether a failed refresh has it left alone. */
  isCooling(key: string): boolean {
    const until = this.#coolingUntil.get(key)
    if (until === undefined) return false
    if (this.#clock.monotonic() < until) return true
    this.#coolingUntil.delete(key)
    return false
  }
}
