import { atEndOfTurn } from '../end-of-turn.ts'

/** Something that goes out as one command. */
export interface Outgoing {
  /** Takes no more. */
  readonly isFull: boolean
  send(): void
}

/** What goes out as one command, and its reply. */
export abstract class Batch<R> implements Outgoing {
  /** Rejects where Redis gives no answer. */
  readonly reply: Promise<R>
  #resolve: (reply: Promise<R>) => void = () => {}

  constructor() {
    this.reply = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  abstract get isFull(): boolean

  send(): void {
    this.#resolve(this.ask())
  }

  protected abstract ask(): Promise<R>
}

/**
 * Gathers what is asked within one turn of the loop, so that it goes out in few commands: one for each slot of a cluster, one in
 * all on a single server. They go when the code under way and the promises that it settles have run.
 */
export class Turn<B extends Outgoing> {
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
