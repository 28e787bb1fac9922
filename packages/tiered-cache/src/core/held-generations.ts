import type { Generation, Generations } from './generation.ts'

/** The generations of several keys, held together: void as soon as one of them is. */
export class HeldGenerations implements Generation {
  readonly #generations: Generations
  readonly #keys: readonly string[]
  readonly #held: readonly Generation[]

  constructor(generations: Generations, keys: readonly string[]) {
    this.#generations = generations
    this.#keys = keys
    this.#held = keys.map((key) => generations.hold(key))
  }

  get isVoid(): boolean {
    for (const generation of this.#held) if (generation.isVoid) return true
    return false
  }

  /** Whether what was begun in them may be stored. */
  get mayStore(): boolean {
    for (const [at, generation] of this.#held.entries())
      if (!this.#generations.mayStore(this.#keys[at] as string, generation)) return false
    return true
  }

  release(): void {
    for (const [at, generation] of this.#held.entries()) this.#generations.release(this.#keys[at] as string, generation)
  }
}
