import { type LiveStamp, LiveTag } from './live-stamp.ts'

/**
 * The stamps that this node knows, by tag. A tag is known as long as an entry in a tier of references, or a load, has a stamp of it: so
 * there are never more than entries, and none is forgotten that one depends on. O(1) per call.
 */
export class LiveStamps {
  readonly #tags = new Map<string, WeakRef<LiveTag>>()
  readonly #collected = new FinalizationRegistry<string>((tag) => {
    if (this.#tags.get(tag)?.deref() === undefined) this.#tags.delete(tag)
  })

  /** How many tags are known, or were until the next collection. */
  get size(): number {
    return this.#tags.size
  }

  get(tag: string): LiveStamp | undefined {
    return this.#tags.get(tag)?.deref()?.current
  }

  /** What the tag has now. Where that is known already, entries that have it stay as they are. */
  set(tag: string, deleteId: string, expireId: string, until: number): LiveStamp {
    const known = this.#tags.get(tag)?.deref()
    if (known === undefined) return this.#add(tag, deleteId, expireId, until)
    if (!known.current.is(deleteId, expireId)) return known.change(deleteId, expireId, until)
    known.current.until = until
    return known.current
  }

  /** Nothing is known of the tag any more. */
  drop(tag: string): void {
    const known = this.#tags.get(tag)?.deref()
    if (known !== undefined) known.current.isCurrent = false
    this.#tags.delete(tag)
  }

  dropAll(): void {
    for (const tag of this.#tags.keys()) this.drop(tag)
  }

  #add(tag: string, deleteId: string, expireId: string, until: number): LiveStamp {
    const added = new LiveTag(tag, deleteId, expireId, until)
    this.#tags.set(tag, new WeakRef(added))
    this.#collected.register(added, tag)
    return added.current
  }
}
