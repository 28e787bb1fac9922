import type { HeldGenerations } from '../held-generations.ts'

/** The two stamps of a tag as they are kept: `''` for one that is not there; `until` is when the first of them is gone. */
export interface StampPair {
  readonly deleteId: string
  readonly expireId: string
  readonly until: number
}

/** Keeps the stamps of tags for all nodes, or for the time when this process is gone. No method rejects. */
export interface StampKeeper {
  /** The generations of the stamps of these tags, from now on: void as soon as one of the tags is invalidated. The caller releases them. */
  hold(tags: readonly string[]): HeldGenerations
  /** Reads those of these tags, in one trip. `learned` is told at once, and not of a tag that is being invalidated, or where nobody answers. */
  read(tags: readonly string[], learned: (tag: string, pair: StampPair) => void): Promise<void>
  /** Makes what the tag lacks. `learned` is told at once, and not where the tag is invalidated meanwhile or a stamp cannot be made. */
  make(tag: string, known: StampPair, lifeMs: number, learned: (pair: StampPair) => void): Promise<void>
  /** Lets the stamps of the tag live for `lifeMs` from now on: entries outlive them else, and are misses then. */
  extend(tag: string, lifeMs: number): Promise<void>
  /** From now on nothing is made. */
  close(reason: unknown): void
}
