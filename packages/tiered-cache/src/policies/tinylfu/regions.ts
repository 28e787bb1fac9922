import { NONE, type Weights } from '../policy.ts'
import { SlotLists } from '../slot-lists.ts'
import type { Visits } from '../visits.ts'
import { FREQUENCY, isTold, TOLD, USED, usedByte } from '../use-byte.ts'

/** Newcomers. */
export const WINDOW = 0
/** What left the window and was not used since. */
export const PROBATION = 1
/** What was used while on probation. */
export const PROTECTED = 2
const REGIONS = 3
/** In the place of a region: the slot is free. */
const ABSENT = 3

// Bits 4 and 5 of a slot's byte.
const REGION_SHIFT = 4
const REGION = ABSENT << REGION_SHIFT

/**
 * Which slot is in which region, in what order, how often and whether lately it was used: one byte and two links a slot. A use
 * writes the byte alone. Only whoever looks for a victim moves those that were used meanwhile (second chance; Corbató 1968), so
 * the order is nearly that of use.
 */
export class Regions {
  readonly visits: Visits
  readonly #weights: Weights
  readonly #lists = new SlotLists(REGIONS)
  readonly #regionWeights = new Float64Array(REGIONS)
  #bytes = new Uint8Array(0)
  #entries = 0

  constructor(weights: Weights, visits: Visits) {
    this.#weights = weights
    this.visits = visits
  }

  get entries(): number {
    return this.#entries
  }

  /** By slot; another array after `grow`. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  get capacity(): number {
    return this.#bytes.length
  }

  /** 1 where there is no entry. */
  averageWeight(): number {
    const weights = this.#regionWeights
    return this.#entries === 0 ? 1 : (weights[WINDOW]! + weights[PROBATION]! + weights[PROTECTED]!) / this.#entries
  }

  grow(capacity: number): void {
    const bytes = new Uint8Array(capacity).fill(REGION)
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#lists.grow(capacity)
  }

  clear(): void {
    this.#bytes.fill(REGION)
    this.#lists.clear()
    this.#regionWeights.fill(0)
    this.#entries = 0
  }

  has(slot: number): boolean {
    return (this.#bytes[slot]! & REGION) !== REGION
  }

  /** Whether the slot is in the sample, and not used since it was last looked at. The path of a hit. */
  use(slot: number): boolean {
    const byte = this.#bytes[slot]!
    this.#bytes[slot] = usedByte(byte)
    return isTold(byte)
  }

  add(slot: number, frequency: number): void {
    this.#bytes[slot] = frequency | (WINDOW << REGION_SHIFT)
    this.#lists.addNewest(WINDOW, slot)
    this.#regionWeights[WINDOW]! += this.#weights.at(slot)
    this.#entries++
  }

  /** Its frequency can be read until the slot is used again. */
  remove(slot: number): void {
    const region = this.#region(slot)
    this.#lists.remove(slot)
    this.#lighten(region, this.#weights.at(slot))
    this.#bytes[slot]! |= REGION
    this.#entries--
  }

  /** Its weight has changed already, by so much. */
  reweigh(slot: number, change: number): void {
    this.#regionWeights[this.#region(slot)]! += change
  }

  /** To the newest end of a region, maybe its own. */
  move(slot: number, region: number): void {
    const byte = this.#bytes[slot]!
    const from = (byte & REGION) >>> REGION_SHIFT
    this.#lists.moveToNewest(region, slot)
    if (from === region) return
    const weight = this.#weights.at(slot)
    this.#lighten(from, weight)
    this.#regionWeights[region]! += weight
    this.#bytes[slot] = (byte & ~REGION) | (region << REGION_SHIFT)
  }

  markSampled(slot: number): void {
    this.#bytes[slot]! |= TOLD
  }

  weightOf(region: number): number {
    return this.#regionWeights[region]!
  }

  frequency(slot: number): number {
    return this.#bytes[slot]! & FREQUENCY
  }

  /** Halves the frequencies of the slots from `from` to before `to`. */
  age(from: number, to: number): void {
    for (let slot = from; slot < to; slot++) {
      const byte = this.#bytes[slot]!
      this.#bytes[slot] = (byte & ~FREQUENCY) | ((byte & FREQUENCY) >>> 1)
    }
  }

  /**
   * The oldest of a region that was not used since it became so, or NONE. Those that were used go to the newest end of `chosen`
   * instead. Where the operation has walked far enough the oldest is taken as it is.
   */
  oldestUnused(region: number, chosen: number): number {
    while (this.visits.mayWalk) {
      const slot = this.#lists.oldest(region)
      if (slot === NONE || !this.takeVisited(slot)) return slot
      this.move(slot, chosen)
    }
    return this.#lists.oldest(region)
  }

  oldest(region: number): number {
    return this.#lists.oldest(region)
  }

  /** The slot that is to leave the main region after this one, or NONE: the next newer, and after all on probation the protected. */
  behind(slot: number): number {
    this.visits.walk()
    const newer = this.#lists.newer(slot)
    return newer === NONE && this.#region(slot) === PROBATION ? this.#lists.oldest(PROTECTED) : newer
  }

  /** Whether the slot was used since this was last asked. */
  takeVisited(slot: number): boolean {
    this.visits.walk()
    const byte = this.#bytes[slot]!
    if ((byte & USED) === 0) return false
    this.#bytes[slot] = byte & ~USED
    return true
  }

  newestFirst(region: number): Generator<number, void, undefined> {
    return this.#lists.newestFirst(region)
  }

  /** Of a region that a slot left. Sums of fractions drift: an empty region weighs nothing. */
  #lighten(region: number, weight: number): void {
    this.#regionWeights[region] = this.#lists.isEmpty(region) ? 0 : this.#regionWeights[region]! - weight
  }

  #region(slot: number): number {
    return (this.#bytes[slot]! & REGION) >>> REGION_SHIFT
  }
}
