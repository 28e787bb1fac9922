import type { MemoryBounds } from './memory-tier-settings.ts'
import { WeightSum } from './weight-sum.ts'

/** A Map holds no more. */
const MOST_ENTRIES = 2 ** 24
/** What was refused is awaited until newcomers of so much of the bound have come. */
const AWAITED_FOR = 1 / 4

/**
 * How much of its bounds a tier has taken, and what is kept free for a newcomer that was too heavy to find room in one operation.
 *
 * One is awaited at a time: the first that is refused for want of room while none is. What is free then is kept for it. If it
 * comes again and is refused once more, what it lacks is wanted: later operations let others leave for it, no more in all than it
 * weighs, so that it finds its place the next time. Others take of what is kept only if they would be refused else. All is given
 * up once newcomers of a quarter of the bound have come since it came last; to gather even the whole bound takes less.
 */
export class Room {
  readonly bounds: MemoryBounds
  #entries = 0
  readonly #weight = new WeightSum()
  #awaited: string | undefined
  /** Free, and for the one that is awaited. */
  #kept = 0
  /** What is still to be added to it. */
  #wanted = 0
  /** The weight of other newcomers for which it is awaited. */
  #patience = 0

  readonly #isWeighed: boolean

  /** Owns `bounds`, which may change while it runs. Where entries are only counted their weights need not be summed. */
  constructor(bounds: MemoryBounds, isWeighed = true) {
    this.bounds = bounds
    this.#isWeighed = isWeighed
  }

  get entries(): number {
    return this.#entries
  }

  /** Of all entries together. */
  get weight(): number {
    return this.#weight.value
  }

  /** Whether an entry of this weight could come in if all others left. */
  couldHold(weight: number): boolean {
    // Infinity without a bound too: a sum with it could never be made smaller again.
    return weight <= this.bounds.maxWeight && weight !== Infinity
  }

  /** Whether an entry that is here may have another weight. */
  fitsInstead(from: number, to: number): boolean {
    return this.#allows(this.#weight.without(from) + to)
  }

  /** Whether this newcomer was refused for want of room, and is awaited. */
  awaits(key: string): boolean {
    return key === this.#awaited
  }

  /** The weight that is free for a newcomer, less than nothing after the bounds shrank. */
  freeFor(key: string, weight: number): number {
    return this.bounds.maxWeight - this.#weight.value - this.#keptFrom(key, weight)
  }

  /** Whether there is room for a newcomer, beside what is kept from it. */
  hasPlaceFor(key: string, weight: number): boolean {
    return this.hasPlaceAtAll(weight + this.#keptFrom(key, weight))
  }

  /** Whether there is room for a newcomer, kept or not. */
  hasPlaceAtAll(weight: number): boolean {
    return !this.isFull && this.#allows(this.weight + weight)
  }

  /** Whether one more entry is one too many, whatever it weighs. */
  get isFull(): boolean {
    return this.#entries >= this.bounds.maxEntries || this.#entries >= MOST_ENTRIES
  }

  /** Whether more is here than may be, after the bounds shrank. */
  get isOverfull(): boolean {
    return this.#entries > this.bounds.maxEntries || !this.#allows(this.weight)
  }

  /** A newcomer came in. */
  take(key: string, weight: number): void {
    this.#entries++
    if (!this.#isWeighed) return
    this.#weight.add(weight)
    if (this.#awaited === undefined) return
    this.#patience -= weight
    if (this.#patience <= 0 || this.awaits(key)) this.forgetKept()
    else this.#keepNoMoreThanFree()
  }

  /** A newcomer found too little room. */
  keepFor(key: string, weight: number): void {
    const isAgain = this.awaits(key)
    if (this.#awaited !== undefined && !isAgain) return
    this.#awaited = key
    this.#kept = Math.min(weight, this.#free)
    this.#wanted = isAgain ? weight - this.#kept : 0
    this.#patience = AWAITED_FOR * this.bounds.maxWeight
  }

  /**
   * Adds what is free to what is kept, as far as it is wanted; `coming` is the weight of a newcomer that has its room and is not in
   * yet. Whether more is wanted.
   */
  keepMore(coming: number): boolean {
    if (this.#wanted === 0) return false
    const more = Math.min(this.#wanted, this.#free - coming - this.#kept)
    if (more > 0) {
      this.#kept += more
      this.#wanted -= more
    }
    return this.#wanted > 0
  }

  /** An entry left. */
  giveBack(weight: number): void {
    // Nothing weighs nothing.
    if (--this.#entries === 0) this.#weight.clear()
    else if (this.#isWeighed) this.#weight.add(-weight)
  }

  /** The weight of an entry changed: it may have taken of what is kept. */
  change(from: number, to: number): void {
    // Apart: the difference of a heavy and a light one is rounded.
    this.#weight.add(-from)
    this.#weight.add(to)
    this.#keepNoMoreThanFree()
  }

  /** Nobody is awaited any more. */
  forgetKept(): void {
    this.#awaited = undefined
    this.#kept = 0
    this.#wanted = 0
    this.#patience = 0
  }

  clear(): void {
    this.#entries = 0
    this.#weight.clear()
    this.forgetKept()
  }

  #allows(sum: number): boolean {
    return sum <= this.bounds.maxWeight && sum !== Infinity
  }

  /** A number also where there is no bound. */
  get #free(): number {
    return Math.min(this.bounds.maxWeight, Number.MAX_VALUE) - this.#weight.value
  }

  #keepNoMoreThanFree(): void {
    this.#kept = Math.max(0, Math.min(this.#kept, this.#free))
  }

  /** What a newcomer may not take. */
  #keptFrom(key: string, weight: number): number {
    return this.awaits(key) ? 0 : Math.max(0, Math.min(this.#kept, this.bounds.maxWeight - weight))
  }
}
