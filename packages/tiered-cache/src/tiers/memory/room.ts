import type { MemoryBounds } from './memory-tier-settings.ts'

/** A Map holds no more. */
const MOST_ENTRIES = 2 ** 24
/** Kept room is given up while lighter newcomers of so much of the bound come. */
const KEPT_FOR = 1 / 4

/**
 * How much of its bounds a tier has taken. An entry that is too heavy to find room in one operation gets what was freed for it
 * kept: lighter ones do not take it, and it is given up slowly if nobody comes for it.
 */
export class Room {
  readonly bounds: MemoryBounds
  #entries = 0
  #weight = 0
  #kept = 0

  /** Owns `bounds`, which may change while it runs. */
  constructor(bounds: MemoryBounds) {
    this.bounds = bounds
  }

  /** Of all entries together. */
  get weight(): number {
    return this.#weight
  }

  /** Whether an entry of this weight could come in if all others left. */
  couldHold(weight: number): boolean {
    // Infinity without a bound too: a sum with it could never be made smaller again.
    return weight <= this.bounds.maxWeight && weight !== Infinity
  }

  /** Whether there is room for a change of weight of an entry that is here. */
  fits(change: number): boolean {
    const sum = this.#weight + change
    return sum <= this.bounds.maxWeight && sum !== Infinity
  }

  /** The weight that is free for a newcomer, less than nothing after the bounds shrank. */
  freeFor(weight: number): number {
    return this.bounds.maxWeight - this.#weight - this.#keptFrom(weight)
  }

  /** Whether there is room for a newcomer. */
  hasPlaceFor(weight: number): boolean {
    const count = this.#entries + 1
    if (count > this.bounds.maxEntries || count > MOST_ENTRIES) return false
    return this.fits(weight + this.#keptFrom(weight))
  }

  /** Whether more is here than may be, after the bounds shrank. */
  get isOverfull(): boolean {
    return this.#entries > this.bounds.maxEntries || !this.fits(0)
  }

  /** A newcomer came in. */
  take(weight: number): void {
    const kept = this.#keptFrom(weight)
    this.#kept = kept === 0 ? 0 : kept * Math.max(0, 1 - weight / (KEPT_FOR * this.bounds.maxWeight))
    this.#entries++
    this.#weight += weight
  }

  /** A newcomer could not come in: what is free now is kept for one of its weight. */
  keepFor(weight: number): void {
    this.#kept = Math.max(this.#keptFrom(weight), Math.min(weight, this.bounds.maxWeight - this.#weight))
  }

  /** An entry left. */
  giveBack(weight: number): void {
    // Sums of fractions drift: nothing weighs nothing.
    this.#weight = --this.#entries === 0 ? 0 : this.#weight - weight
  }

  /** The weight of an entry changed. */
  change(by: number): void {
    this.#weight += by
  }

  /** Nothing is kept for anybody any more. */
  forgetKept(): void {
    this.#kept = 0
  }

  clear(): void {
    this.#entries = 0
    this.#weight = 0
    this.#kept = 0
  }

  /** What a newcomer of this weight may not take. */
  #keptFrom(weight: number): number {
    return weight >= this.#kept ? 0 : Math.min(this.#kept, this.bounds.maxWeight - weight)
  }
}
