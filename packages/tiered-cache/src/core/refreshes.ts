import type { Clock } from '../clock.ts'
import type { Generation } from './generation.ts'

const MAX_COOLING_KEYS = 10_000

/**
 * Which keys are being refreshed, and which are left alone for a while because their refresh failed. Known to this node only;
 * failures are remembered for the newest 10 000 keys.
 */
export class Refreshes<T = unknown> {
  readonly #clock: Clock
  readonly #running = new Map<string, Generation>()
  /** Those that run, for who waits for one. */
  readonly #underWay = new WeakMap<Generation, Promise<T>>()
  readonly #coolingUntil = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether a refresh of the key may begin now, in this generation. */
  begin(key: string, generation: Generation): boolean {
    if (this.#running.get(key)?.isVoid === false || this.#isCooling(key)) return false
    this.#running.set(key, generation)
    return true
  }

  /** The refresh that has begun in this generation. */
  started(generation: Generation, refresh: Promise<T>): void {
    this.#underWay.set(generation, refresh)
  }

  /** The refresh of the key that runs, unless a write has overtaken it. */
  underWay(key: string): Promise<T> | undefined {
    const generation = this.#running.get(key)
    return generation?.isVoid === false ? this.#underWay.get(generation) : undefined
  }

  end(key: string, generation: Generation): void {
    if (this.#running.get(key) === generation) this.#running.delete(key)
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

  #isCooling(key: string): boolean {
    const until = this.#coolingUntil.get(key)
    if (until === undefined) return false
    if (this.#clock.monotonic() < until) return true
    this.#coolingUntil.delete(key)
    return false
  }
}
