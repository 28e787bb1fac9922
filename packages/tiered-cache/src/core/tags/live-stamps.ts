import { LiveStamp } from './live-stamp.ts'

/** Of those beyond it, who was not asked for the longest is forgotten. */
const MAX_TAGS = 65_536

/** The stamps that this node knows, by tag. Bounded: a stamp that is forgotten has to be asked for again. O(1) per call. */
export class LiveStamps {
  readonly #stamps = new Map<string, LiveStamp>()

  get(tag: string): LiveStamp | undefined {
    return this.#stamps.get(tag)
  }

  /** What the tag has now. Where that is known already, entries that have it stay as they are. */
  set(tag: string, deleteId: string, expireId: string, until: number): LiveStamp {
    const known = this.#stamps.get(tag)
    this.#stamps.delete(tag)
    if (known?.is(deleteId, expireId) === true) {
      known.until = until
      this.#stamps.set(tag, known)
      return known
    }
    if (known !== undefined) known.isCurrent = false
    const stamp = new LiveStamp(tag, deleteId, expireId, until)
    this.#stamps.set(tag, stamp)
    if (this.#stamps.size > MAX_TAGS) this.#dropOldest()
    return stamp
  }

  drop(tag: string): void {
    const known = this.#stamps.get(tag)
    if (known === undefined) return
    known.isCurrent = false
    this.#stamps.delete(tag)
  }

  dropAll(): void {
    for (const stamp of this.#stamps.values()) stamp.isCurrent = false
    this.#stamps.clear()
  }

  #dropOldest(): void {
    for (const oldest of this.#stamps.keys()) return this.drop(oldest)
  }
}
