import { type Bounds, NONE, type Weights } from '../policy.ts'
import type { CountedPolicy } from '../use-byte.ts'
import { Visits } from '../visits.ts'
import { Draws } from './draws.ts'
import { FrequencySketch, MOST_FREQUENT } from './frequency-sketch.ts'
import { hashOf } from './key-hash.ts'
import { PROBATION, PROTECTED, WINDOW } from './regions.ts'
import { WindowLfu } from './window-lfu.ts'
import { FIRST_WINDOW, WindowTuner } from './window-tuner.ts'

/** A newcomer heavier than the window and than so many average entries is compared with what it displaces. */
const UNSEEN_VICTIMS = 2
/** One that displaces more than so many of them takes the place of the oldest as they are. */
const MANY_VICTIMS = 8
/** From this part of the capacity on the average weight tells how many entries fit. */
const KNOWN_FROM = 1 / 16
const AGED_SLOTS = 4
const AGED_WORDS = 2
/** So many frequencies are remembered in one operation at most; usually one entry leaves for one that comes. */
const MOST_RAISES = 2

/**
 * Window TinyLFU with a window that is chosen by paired shadow caches.
 *
 * What it rests on: newcomers enter a window; who falls out of it is compared with the one that would leave the main region in
 * its place, and the one used more often of late stays (W-TinyLFU; Einziger, Friedman & Manes, ACM ToS 2017). The main region is
 * a segmented LRU (Karedla, Love & Wherry 1994). How often absent keys were used is estimated by a count-min sketch that is
 * halved periodically (TinyLFU; Einziger & Friedman 2014); of those that are here it is known exactly. Ties go to the one that is
 * here, which resists scans and loops.
 *
 * The right size of the window differs from 1 % to 99 % between workloads. Climbing by the own hit ratio compares one period
 * with the next, so it sees the change of the load more than that of the window. Here four small caches of keys alone see the same
 * sample of the requests at the same time, each with another window (sampled simulation as in Waldspurger et al., ATC 2017), and
 * the window moves towards the one that does best.
 *
 * A hit writes one byte: nothing moves, no hash, no clock; the first one between two looks at a key of the sample is told to the
 * shadows. Order is restored by second chance while a victim is looked for. Every
 * call is O(1): it looks at a bounded number of slots and words (see `visits` and the test of the bounds).
 */
export class TinyLfuPolicy implements CountedPolicy {
  readonly #bounds: Bounds
  readonly #seed: number
  readonly #lfu: WindowLfu
  #hashes = new Int32Array(0)
  #tuner: WindowTuner | undefined
  /** Of absent keys: there is none until something had to leave. */
  #sketch: FrequencySketch | undefined
  /** How far the frequencies of slots have been halved. */
  #agedSlots = Infinity
  #isSketchAged = true
  #raises = 0

  /** `seed` is a whole number of 32 bits: it seeds the hash of keys and all draws. */
  constructor(weights: Weights, bounds: Bounds, seed: number) {
    this.#bounds = bounds
    this.#seed = seed
    this.#lfu = new WindowLfu(weights, new Draws(seed), new Visits())
  }

  get bytes(): Uint8Array {
    return this.#lfu.regions.bytes
  }

  /** Of the capacity. */
  get windowShare(): number {
    return this.#tuner?.share ?? FIRST_WINDOW
  }

  grow(capacity: number): void {
    this.#lfu.regions.grow(capacity)
    const hashes = new Int32Array(capacity)
    hashes.set(this.#hashes)
    this.#hashes = hashes
  }

  begin(): void {
    this.#lfu.regions.visits.begin()
    this.#raises = 0
  }

  use(slot: number): void {
    if (this.#lfu.regions.use(slot)) this.told(slot)
  }

  told(slot: number): void {
    this.#request(this.#hashes[slot]!)
  }

  add(slot: number, key: string): void {
    const hash = hashOf(key, this.#seed)
    this.#hashes[slot] = hash
    this.#lfu.add(slot, this.#frequencyOf(hash), this.#window())
    this.#fitTuner()
    if (this.#tuner?.isSampled(hash)) {
      this.#lfu.regions.markSampled(slot)
      this.#request(hash)
    }
    this.#ageSome()
  }

  reweigh(slot: number, change: number): void {
    this.#lfu.regions.reweigh(slot, change)
  }

  remove(slot: number): void {
    this.#lfu.regions.remove(slot)
    // What was known exactly is an estimate from now on.
    if (this.#raises++ < MOST_RAISES) this.#sketch?.raise(this.#hashes[slot]!, this.#lfu.regions.frequency(slot))
  }

  evict(): number {
    if (!this.#lfu.regions.visits.evict()) return NONE
    const slot = this.#lfu.victim(this.#window())
    if (slot === NONE) return NONE
    this.#fitSketch()
    this.remove(slot)
    return slot
  }

  admits(key: string, weight: number, room: number): boolean {
    const { regions } = this.#lfu
    const average = regions.averageWeight()
    const excess = weight - room
    if (weight > Math.max(this.#window(), UNSEEN_VICTIMS * average)) {
      const hash = hashOf(key, this.#seed)
      const frequency = this.#frequencyOf(hash)
      if (!this.#lfu.admits(frequency, excess)) {
        this.#refuse(hash, frequency)
        return false
      }
    }
    if (excess > MANY_VICTIMS * average) regions.visits.hurry()
    return true
  }

  clear(): void {
    this.#lfu.regions.clear()
    this.#sketch = undefined
    this.#tuner = undefined
    this.#agedSlots = Infinity
    this.#isSketchAged = true
  }

  *hottest(): Generator<number, void, undefined> {
    for (const region of [PROTECTED, PROBATION, WINDOW]) yield* this.#lfu.regions.newestFirst(region)
  }

  /** The weight that the window is to have. */
  #window(): number {
    const { maxEntries, maxWeight } = this.#bounds
    const isWeighed = maxWeight !== Infinity
    const capacity = isWeighed ? Math.min(maxWeight, maxEntries * this.#lfu.regions.averageWeight()) : maxEntries
    return this.windowShare * capacity
  }

  #frequencyOf(hash: number): number {
    return this.#sketch === undefined ? 1 : Math.min(this.#sketch.estimate(hash) + 1, MOST_FREQUENT)
  }

  /** It counts as a request all the same: else nothing would ever age while all are refused. */
  #refuse(hash: number, frequency: number): void {
    this.#fitSketch()
    this.#sketch!.raise(hash, frequency)
    if (this.#tuner?.passBy()) this.#beginAging()
    this.#ageSome()
  }

  #fitSketch(): void {
    const { entries } = this.#lfu.regions
    this.#sketch ??= new FrequencySketch(entries)
    if (entries > this.#sketch.entries) this.#sketch.double()
  }

  /** The tuner is made as soon as it is known how many entries fit, and anew where that changed much. */
  #fitTuner(): void {
    const { maxEntries, maxWeight } = this.#bounds
    const { regions } = this.#lfu
    const isWeighed = maxWeight !== Infinity
    const capacity = isWeighed ? Math.min(maxEntries, maxWeight / regions.averageWeight()) : maxEntries
    const tuned = this.#tuner?.capacity
    if (tuned !== undefined && capacity <= 2 * tuned && tuned <= 2 * capacity) return
    const isKnown = !isWeighed || regions.entries >= KNOWN_FROM * capacity
    if (isKnown && capacity !== Infinity) this.#tuner = new WindowTuner(capacity, this.windowShare)
  }

  #request(hash: number): void {
    // What was sampled by an earlier tuner may not be by this one.
    const tuner = this.#tuner!
    if (tuner.isSampled(hash) && tuner.request(hash)) this.#beginAging()
  }

  /** A round that is still under way is finished first. */
  #beginAging(): void {
    if (this.#agedSlots >= this.#lfu.regions.capacity) this.#agedSlots = 0
    this.#isSketchAged = this.#sketch === undefined
  }

  /** Halves some more frequencies, where a period has ended. All at once would be a pause, and would make many keys equal at once. */
  #ageSome(): void {
    const { regions } = this.#lfu
    if (this.#agedSlots < regions.capacity) {
      const end = Math.min(this.#agedSlots + AGED_SLOTS, regions.capacity)
      regions.age(this.#agedSlots, end)
      this.#agedSlots = end
    }
    if (!this.#isSketchAged) this.#isSketchAged = this.#sketch!.ageSome(AGED_WORDS)
  }
}
