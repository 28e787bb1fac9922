import { NONE } from './policy.ts'
import { SlotLists } from './slot-lists.ts'
import { type CountedPolicy, USED } from './use-byte.ts'
import { Visits } from './visits.ts'

const ALL = 0

/**
 * SIEVE (Zhang et al., NSDI 2024): entries stand in the order in which they came; a hand walks from the oldest to the newest, spares
 * those that were used since it last passed, and takes the first that was not. A use writes one byte. Its walk is bounded here:
 * where all were used, the last one it looked at leaves.
 */
export class SievePolicy implements CountedPolicy {
  bytes: Uint8Array = new Uint8Array(0)
  readonly #lists = new SlotLists(1)
  readonly #visits = new Visits()
  #hand = NONE

  grow(capacity: number): void {
    this.#lists.grow(capacity)
    const bytes = new Uint8Array(capacity)
    bytes.set(this.bytes)
    this.bytes = bytes
  }

  /** No byte asks for it. */
  told(): void {}

  begin(): void {
    this.#visits.begin()
  }

  use(slot: number): void {
    this.bytes[slot] = USED
  }

  add(slot: number): void {
    this.bytes[slot] = 0
    this.#lists.addNewest(ALL, slot)
  }

  reweigh(): void {}

  remove(slot: number): void {
    if (slot === this.#hand) this.#hand = this.#lists.newer(slot)
    this.#lists.remove(slot)
  }

  evict(): number {
    if (!this.#visits.evict()) return NONE
    let slot = this.#fromHand(this.#hand)
    while (slot !== NONE && this.#isUsed(slot) && this.#visits.mayWalk) {
      this.#visits.walk()
      this.bytes[slot] = 0
      slot = this.#fromHand(this.#lists.newer(slot))
    }
    if (slot === NONE) return NONE
    this.#hand = this.#lists.newer(slot)
    this.#lists.remove(slot)
    return slot
  }

  admits(): boolean {
    return true
  }

  clear(): void {
    this.#lists.clear()
    this.#hand = NONE
  }

  hottest(): Generator<number, void, undefined> {
    return this.#lists.newestFirst(ALL)
  }

  #isUsed(slot: number): boolean {
    return (this.bytes[slot]! & USED) !== 0
  }

  /** Past the newest the hand begins anew at the oldest. */
  #fromHand(slot: number): number {
    return slot === NONE ? this.#lists.oldest(ALL) : slot
  }
}
