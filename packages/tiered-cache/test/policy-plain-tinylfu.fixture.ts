import { type Bounds, type EvictionPolicy, NONE, type Weights } from '../src/policies/policy.ts'
import { hashOf } from '../src/policies/tinylfu/key-hash.ts'
import { halve } from './policy-plain-shadows.fixture.ts'
import { PlainSketch } from './policy-plain-sketch.fixture.ts'
import { PlainTuner } from './policy-plain-tuner.fixture.ts'
import { PlainVisits } from './policy-plain-visits.fixture.ts'
import { PlainWindowLfu, type Resident } from './policy-plain-window-lfu.fixture.ts'

const MOST_FREQUENT = 15
const FIRST_WINDOW = 0.01
const UNSEEN_VICTIMS = 2
const MANY_VICTIMS = 8
const KNOWN_FROM = 1 / 16
const AGED_SLOTS = 4
const AGED_WORDS = 2
const MOST_RAISES = 2

/** What `TinyLfuPolicy` does, in plain code. Chooses the same victims as long as sums of weights are exact. */
export class PlainTinyLfu implements EvictionPolicy {
  readonly #bounds: Bounds
  readonly #seed: number
  readonly #lfu: PlainWindowLfu
  #tuner: PlainTuner | undefined
  #sketch: PlainSketch | undefined
  #capacity = 0
  /** Where the halving of slots goes on. */
  #agedSlots = Infinity
  #isSketchAged = true
  #raises = 0

  constructor(weights: Weights, bounds: Bounds, seed: number) {
    this.#bounds = bounds
    this.#seed = seed
    this.#lfu = new PlainWindowLfu(weights, seed, new PlainVisits())
  }

  get windowShare(): number {
    return this.#tuner?.share ?? FIRST_WINDOW
  }

  grow(capacity: number): void {
    this.#capacity = capacity
  }

  begin(): void {
    this.#lfu.visits.begin()
    this.#raises = 0
  }

  use(slot: number): void {
    const resident = this.#lfu.residents.get(slot)!
    const isTold = resident.isSampled && !resident.wasUsed
    this.#lfu.use(resident)
    if (isTold) this.#request(resident.hash)
  }

  add(slot: number, key: string): void {
    const hash = hashOf(key, this.#seed)
    const resident = this.#lfu.add(slot, hash, this.#frequencyOf(hash), this.#window())
    this.#fitTuner()
    if (this.#tuner?.isSampled(hash)) {
      resident.isSampled = true
      this.#request(hash)
    }
    this.#ageSome()
  }

  reweigh(): void {}

  remove(slot: number): void {
    this.#forget(this.#lfu.residents.get(slot)!)
  }

  evict(): number {
    if (!this.#lfu.visits.evict()) return NONE
    const victim = this.#lfu.victim(this.#window())
    if (victim === undefined) return NONE
    this.#fitSketch()
    this.#forget(victim)
    return victim.slot
  }

  admits(key: string, weight: number, room: number): boolean {
    const average = this.#lfu.averageWeight()
    const isCompared = weight > Math.max(this.#window(), UNSEEN_VICTIMS * average)
    if (isCompared && !this.#isWorth(hashOf(key, this.#seed), weight - room)) return false
    if (weight - room > MANY_VICTIMS * average) this.#lfu.visits.hurry()
    return true
  }

  clear(): void {
    this.#lfu.clear()
    this.#sketch = undefined
    this.#tuner = undefined
    this.#agedSlots = Infinity
    this.#isSketchAged = true
  }

  hottest(): number[] {
    return this.#lfu.hottest()
  }

  #isWorth(hash: number, weight: number): boolean {
    const frequency = this.#frequencyOf(hash)
    if (this.#lfu.admits(frequency, weight)) return true
    this.#fitSketch().raise(hash, frequency)
    if (this.#tuner?.passBy() === true) this.#beginAging()
    this.#ageSome()
    return false
  }

  #window(): number {
    const { maxEntries, maxWeight } = this.#bounds
    if (maxWeight === Infinity) return this.windowShare * maxEntries
    return this.windowShare * Math.min(maxWeight, maxEntries * this.#lfu.averageWeight())
  }

  #fitTuner(): void {
    const { maxEntries, maxWeight } = this.#bounds
    const isWeighed = maxWeight !== Infinity
    const capacity = isWeighed ? Math.min(maxEntries, maxWeight / this.#lfu.averageWeight()) : maxEntries
    const tuned = this.#tuner?.capacity
    if (tuned !== undefined && capacity <= 2 * tuned && tuned <= 2 * capacity) return
    const isKnown = !isWeighed || this.#lfu.residents.size >= KNOWN_FROM * capacity
    if (isKnown && capacity !== Infinity) this.#tuner = new PlainTuner(capacity, this.windowShare)
  }

  #fitSketch(): PlainSketch {
    const entries = this.#lfu.residents.size
    this.#sketch ??= new PlainSketch(entries)
    if (entries > this.#sketch.entries) this.#sketch.double()
    return this.#sketch
  }

  #frequencyOf(hash: number): number {
    return Math.min((this.#sketch?.estimate(hash) ?? 0) + 1, MOST_FREQUENT)
  }

  #forget(resident: Resident): void {
    this.#lfu.remove(resident)
    if (this.#raises++ < MOST_RAISES) this.#sketch?.raise(resident.hash, resident.frequency)
  }

  #request(hash: number): void {
    if (this.#tuner!.isSampled(hash) && this.#tuner!.request(hash)) this.#beginAging()
  }

  #beginAging(): void {
    if (this.#agedSlots >= this.#capacity) this.#agedSlots = 0
    this.#isSketchAged = this.#sketch === undefined
  }

  #ageSome(): void {
    for (let turn = 0; turn < AGED_SLOTS && this.#agedSlots < this.#capacity; turn++) {
      halve(this.#lfu.residents.get(this.#agedSlots))
      this.#agedSlots++
    }
    if (!this.#isSketchAged) this.#isSketchAged = this.#sketch!.ageSome(AGED_WORDS)
  }
}
