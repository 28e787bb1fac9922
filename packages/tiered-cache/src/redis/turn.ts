import { atEndOfTurn } from '../end-of-turn.ts'

/** Something that goes out as one command. */
export interface Batch {
  /** Takes no more. */
  readonly isFull: boolean
  send(): void
}

/**
 * Gathers what is asked within one turn of the loop, so that it goes out in few commands: one for each slot of a cluster, one in
 * all on a single server. They go when the code under way and the promises that it settles have run.
 */
export class Turn<B extends Batch> {
  readonly #make: (slot: number) => B
  readonly #open = new Map<number, B>()
  #batches: B[] = []

  constructor(make: (slot: number) => B) {
    this.#make = make
  }

  /** The batch that a key of this slot goes with. */
  batch(slot: number): B {
    const open = this.#open.get(slot)
    if (open !== undefined && !open.isFull) return open
    const made = this.#make(slot)
    this.#open.set(slot, made)
    if (this.#batches.push(made) === 1) atEndOfTurn(() => this.#flush())
    return made
  }

  #flush(): void {
    const batches = this.#batches
    this.#batches = []
    this.#open.clear()
    for (const batch of batches) batch.send()
  }
}
