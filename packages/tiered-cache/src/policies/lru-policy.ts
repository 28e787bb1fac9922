import { NONE } from './policy.ts'
import { SlotLists } from './slot-lists.ts'
import { type CountedPolicy, TOLD } from './use-byte.ts'
import { Visits } from './visits.ts'

const ALL = 0

/** What was used longest ago leaves first. A use moves the slot to the front of one list. */
export class LruPolicy implements CountedPolicy {
  bytes: Uint8Array = new Uint8Array(0)
  readonly #lists = new SlotLists(1)
  readonly #visits = new Visits()

  grow(capacity: number): void {
    this.#lists.grow(capacity)
    this.bytes = new Uint8Array(capacity).fill(TOLD)
  }

  begin(): void {
    this.#visits.begin()
  }

  use(slot: number): void {
    this.told(slot)
  }

  told(slot: number): void {
    // Of every use again.
    this.bytes[slot] = TOLD
    this.#lists.moveToNewest(ALL, slot)
  }

  add(slot: number): void {
    this.#lists.addNewest(ALL, slot)
  }

  reweigh(): void {}

  remove(slot: number): void {
    this.#lists.remove(slot)
  }

  evict(): number {
    const slot = this.#visits.evict() ? this.#lists.oldest(ALL) : NONE
    if (slot !== NONE) this.#lists.remove(slot)
    return slot
  }

  admits(): boolean {
    return true
  }

  clear(): void {
    this.#lists.clear()
  }

  hottest(): Generator<number, void, undefined> {
    return this.#lists.newestFirst(ALL)
  }
}
