import { CacheClosedError } from './errors.ts'

/** Whether a cache still takes calls. */
export class CacheLife {
  /** Resolves when the cache has ended; there once it has begun to. */
  closing: Promise<void> | undefined
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  /** @throws CacheClosedError */
  assertOpen(): void {
    if (this.closing !== undefined) throw new CacheClosedError(this.#name)
  }
}
