import { NONE } from '../../policies/policy.ts'
import { SlotBuckets } from './slot-buckets.ts'

/** One turn looks at so many slots at most. */
export const MOST_EXPIRY_SLOTS = 15

/** One turn looks into so many buckets at most. */
export const MOST_EXPIRY_BUCKETS = 2

/** Reads the instant at which the entry in a slot expires: epoch milliseconds. */
export interface Instants {
  at(slot: number): number
}

// Six binary digits a level; the nine levels hold all whole numbers that a double holds exactly.
const LEVELS = 9
const BUCKETS_PER_LEVEL = 64
/** The milliseconds of one bucket, by level; the last is what all levels span. */
const SPANS: readonly number[] = Array.from({ length: LEVELS + 1 }, (_, level) => BUCKETS_PER_LEVEL ** level)

// Bit operations see the low 32 bits of a tick: enough for five levels; the others work on what is above those.
const LOW_LEVELS = 5
const LOW_SPAN = BUCKETS_PER_LEVEL ** LOW_LEVELS

/** The bucket that is being emptied; above all others. */
const OPEN = LEVELS * BUCKETS_PER_LEVEL

/**
 * Finds the slots whose entries expired: without a timer, without an object for each, at a small bounded cost per turn. O(1) to
 * schedule; a slot is looked at once per level at most before it is given out. 8 bytes a slot.
 *
 * Theory: the hierarchical timing wheel of Varghese and Lauck, "Hashed and hierarchical timing wheels" (SOSP 1987), scheme 7.
 * An instant is rounded up to a tick, a whole millisecond, which is written in digits of base 64. The cursor is the tick that
 * the wheel has come to. A slot is at the level of the topmost digit in which its tick differs from the cursor (the lowest
 * level where none does), in the bucket of that digit. Nothing wraps around, so these hold between any two calls:
 *
 * 1. A slot in a bucket of a level shares all higher digits with the cursor, and its own digit is above the cursor's, or equal
 *    to it at the lowest level. A slot whose tick the cursor has passed already goes into OPEN.
 * 2. So buckets are in order of time when numbered level by level: the lowest that is not empty holds the earliest ticks, and
 *    a pause of hours costs one search of the bitmap. While that bucket begins in the future, the cursor may follow the clock:
 *    no digit changes that a slot was placed by.
 * 3. A bucket that has begun is opened: poured as a whole into OPEN. The cursor goes on to the clock, or to the last tick of
 *    that bucket if that is earlier. All buckets below were empty, so 1 holds again.
 * 4. Before anything else is opened, OPEN is emptied slot by slot, over as many turns as it takes, by the true instants: a slot
 *    is given out or placed anew, at a lower level than before. OPEN promises nothing of its slots, so what is scheduled
 *    meanwhile breaks nothing.
 *
 * A clock that steps back takes the cursor along, without a walk over the slots. Where that changes a digit above the level of
 * a slot, 1 is broken for it: its tick lies beyond all that the cursor can pass in its level and those below. Its bucket then
 * seems to begin too early, so it is opened before the cursor leaves that range, and 4 places the slot anew: nothing is early or
 * late, at the cost of looking at a slot once more per level and step.
 */
export class ExpiryWheel {
  readonly #instants: Instants
  readonly #buckets: SlotBuckets = new SlotBuckets(OPEN + 1)
  #cursor: number
  #now: number
  /** The tick of `now`; never behind the cursor. */
  #clock: number
  /** Nothing is to be found before this tick: a turn before it looks at nothing. */
  #quietUntil = 0
  #isQuiet = false
  #slotsLeft: number = MOST_EXPIRY_SLOTS
  #bucketsLeft: number = MOST_EXPIRY_BUCKETS

  /** `now`: epoch milliseconds. */
  constructor(now: number, instants: Instants) {
    this.#instants = instants
    this.#now = now
    this.#clock = tickOf(now)
    this.#cursor = this.#clock
  }

  /** Makes place for the slots below `capacity`. */
  grow(capacity: number): void {
    this.#buckets.grow(capacity)
  }

  /**
   * The entry in a slot expires at `expiresAt`: epoch milliseconds, past ones and fractions included. Replaces what was
   * scheduled for it. `Infinity`, and what is beyond whole numbers (2 ** 53 ms), is never.
   */
  schedule(slot: number, expiresAt: number): void {
    this.#buckets.take(slot)
    const tick = Math.ceil(expiresAt)
    if (tick < this.#quietUntil) this.#quietUntil = tick
    if (tick < this.#cursor) this.#buckets.put(OPEN, slot)
    else if (tick <= Number.MAX_SAFE_INTEGER) this.#buckets.put(bucketOf(tick, this.#cursor), slot)
  }

  /** Begins a turn, one for each operation of the tier: `now` (epoch milliseconds) is its time, and its visits are counted anew. */
  turn(now: number): void {
    this.#slotsLeft = MOST_EXPIRY_SLOTS
    this.#bucketsLeft = MOST_EXPIRY_BUCKETS
    this.#isQuiet = now < this.#quietUntil && now >= this.#cursor
    if (this.#isQuiet) return
    this.#now = now
    this.#clock = tickOf(now)
    this.#cursor = Math.min(this.#cursor, this.#clock)
    this.#quietUntil = 0
    if (!this.#buckets.isEmpty(OPEN)) this.#bucketsLeft--
  }

  /**
   * The next slot that expired by the time of this turn, scheduled no more; or NONE: there is none, or the turn used up its visits
   * and the next one goes on. In no order. By a clock with fractions of a millisecond it may come up to 1 ms late.
   */
  expired(): number {
    if (this.#isQuiet) return NONE
    while (this.#slotsLeft > 0) {
      const slot = this.#buckets.oldest(OPEN)
      if (slot === NONE) {
        if (!this.#open()) return NONE
        continue
      }
      this.#slotsLeft--
      this.#buckets.take(slot)
      const expiresAt = this.#instants.at(slot)
      if (expiresAt <= this.#now) return slot
      this.schedule(slot, expiresAt)
    }
    return NONE
  }

  /** How many slots this turn looked at. */
  get visitedSlots(): number {
    return MOST_EXPIRY_SLOTS - this.#slotsLeft
  }

  /** How many buckets this turn looked into. */
  get visitedBuckets(): number {
    return MOST_EXPIRY_BUCKETS - this.#bucketsLeft
  }

  /** Nothing is scheduled any more. */
  clear(): void {
    this.#buckets.clear()
  }

  /** Opens the earliest bucket if it has begun; OPEN is empty. */
  #open(): boolean {
    const bucket = this.#buckets.lowest()
    const begin = bucket === NONE ? Number.POSITIVE_INFINITY : beginOf(bucket, this.#cursor)
    if (begin > this.#clock) {
      this.#cursor = this.#clock
      this.#quietUntil = begin
      return false
    }
    if (this.#bucketsLeft === 0) return false
    this.#bucketsLeft--
    this.#cursor = Math.max(this.#cursor, Math.min(this.#clock, begin + SPANS[bucket >>> 6]! - 1))
    this.#buckets.pour(bucket, OPEN)
    return true
  }
}

function tickOf(now: number): number {
  return Math.min(Math.max(Math.floor(now), 0), Number.MAX_SAFE_INTEGER)
}

/** Where a tick that is not before the cursor belongs. */
function bucketOf(tick: number, cursor: number): number {
  const high = Math.floor(tick / LOW_SPAN)
  const highDifference = high ^ Math.floor(cursor / LOW_SPAN)
  if (highDifference === 0) return bucketOfDigits(tick, tick ^ cursor)
  return LOW_LEVELS * BUCKETS_PER_LEVEL + bucketOfDigits(high, highDifference)
}

/** By the topmost digit that differs, the lowest where none does. */
function bucketOfDigits(digits: number, difference: number): number {
  const level = ((31 - Math.clz32(difference | 1)) / 6) | 0
  return level * BUCKETS_PER_LEVEL + ((digits >>> (6 * level)) & 63)
}

/** The first tick of a bucket. */
function beginOf(bucket: number, cursor: number): number {
  const level = bucket >>> 6
  const wider = SPANS[level + 1]!
  return Math.floor(cursor / wider) * wider + (bucket & 63) * SPANS[level]!
}
