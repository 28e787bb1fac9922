import { type EvictionPolicy, NONE } from '../src/policies/policy.ts'
import { PlainVisits } from './policy-plain-visits.fixture.ts'

/** What is common to the plain references of LRU and SIEVE: one array of slots, the oldest first. */
abstract class PlainList implements EvictionPolicy {
  protected order: number[] = []
  protected readonly visits: PlainVisits = new PlainVisits()

  abstract use(slot: number): void
  abstract evict(): number

  begin(): void {
    this.visits.begin()
  }

  grow(): void {}
  reweigh(): void {}

  add(slot: number): void {
    this.order.push(slot)
  }

  remove(slot: number): void {
    this.order = this.order.filter((each) => each !== slot)
  }

  admits(): boolean {
    return true
  }

  clear(): void {
    this.order = []
  }

  hottest(): number[] {
    return this.order.toReversed()
  }
}

/** LRU with an array. */
export class PlainLru extends PlainList {
  use(slot: number): void {
    this.remove(slot)
    this.add(slot)
  }

  evict(): number {
    return this.visits.evict() ? (this.order.shift() ?? NONE) : NONE
  }
}

/** SIEVE with an array, a set of those that were used, and a hand that looks at so many at most. */
export class PlainSieve extends PlainList {
  readonly #used = new Set<number>()
  /** The place where the next walk begins; that behind the newest is that of the oldest. */
  #hand = 0

  use(slot: number): void {
    this.#used.add(slot)
  }

  override remove(slot: number): void {
    if (this.order.indexOf(slot) < this.#hand) this.#hand--
    super.remove(slot)
    if (this.#hand >= this.order.length) this.#hand = 0
    this.#used.delete(slot)
  }

  evict(): number {
    if (!this.visits.evict() || this.order.length === 0) return NONE
    while (this.visits.mayWalk() && this.#used.delete(this.order[this.#hand]!)) {
      this.visits.walk()
      this.#hand = (this.#hand + 1) % this.order.length
    }
    const slot = this.order[this.#hand]!
    this.remove(slot)
    return slot
  }

  override clear(): void {
    super.clear()
    this.#used.clear()
    this.#hand = 0
  }
}
