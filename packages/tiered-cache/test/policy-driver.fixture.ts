import { type EvictionPolicy, NONE, type Weights } from '../src/policies/policy.ts'
import { Room } from '../src/tiers/memory/room.ts'

/** What a driven policy may hold; changed by {@link PolicyDriver.resize} alone. */
export interface DrivenBounds {
  maxEntries: number
  maxWeight: number
}

/** Makes the policy that is driven. */
export type PolicyMaker = (weights: Weights, bounds: DrivenBounds) => EvictionPolicy

const FIRST_CAPACITY = 16

/** A weight for each slot. To read that of no slot is a fault of the policy. */
class SlotWeights implements Weights {
  readonly of: number[] = []

  at(slot: number): number {
    const weight = this.of[slot]
    if (weight === undefined) throw new Error(`the weight of slot ${slot} was read, which was never given out`)
    return weight
  }
}

/**
 * Plays the tier's part over an {@link EvictionPolicy}, with a plain Map, and holds it to its contract: {@link check} compares
 * what the policy says that it has with what it was given.
 */
export class PolicyDriver {
  readonly weights: SlotWeights = new SlotWeights()
  readonly bounds: DrivenBounds
  readonly policy: EvictionPolicy
  readonly slots: Map<string, number> = new Map()
  refusals = 0
  evictions = 0
  readonly #keys: (string | undefined)[] = []
  readonly #free: number[] = []
  #capacity = 0
  /** The tier's own, so that a policy is asked for as many as a tier asks for. */
  readonly #room: Room

  constructor(bounds: DrivenBounds, makePolicy: PolicyMaker) {
    this.bounds = { ...bounds }
    this.policy = makePolicy(this.weights, this.bounds)
    this.#room = new Room(this.bounds)
  }

  /** Read, and written where it is not there. True for a hit. */
  ask(key: string, weight: number): boolean {
    const slot = this.slots.get(key)
    if (slot !== undefined) this.policy.use(slot)
    else {
      this.policy.begin()
      this.#insert(key, weight)
    }
    return slot !== undefined
  }

  /** Written, whether it is there or not; in the same operation those of `expired` leave first. */
  put(key: string, weight: number, expired: Iterable<string> = []): void {
    this.policy.begin()
    for (const each of expired) this.#drop(each)
    const slot = this.slots.get(key)
    if (slot === undefined) return this.#insert(key, weight)
    const former = this.weights.at(slot)
    const change = weight - former
    if (!this.#room.fitsInstead(former, weight)) {
      this.#drop(key)
      return this.#insert(key, weight)
    }
    this.weights.of[slot] = weight
    this.#room.change(former, weight)
    if (change !== 0) this.policy.reweigh(slot, change)
    this.policy.use(slot)
    this.#makeMoreRoom(0)
  }

  delete(key: string): void {
    if (!this.slots.has(key)) return
    this.policy.begin()
    this.#drop(key)
  }

  clear(): void {
    this.policy.clear()
    this.slots.clear()
    this.#keys.length = 0
    this.#free.length = 0
    this.#room.clear()
  }

  resize(bounds: Partial<DrivenBounds>): void {
    Object.assign(this.bounds, bounds)
    this.#room.forgetKept()
    while (this.#room.isOverfull) {
      this.policy.begin()
      if (!this.#evict()) throw new Error(`no victim, though ${this.slots.size} entries are more than the bounds allow`)
    }
  }

  /** Of all that is held. */
  weight(): number {
    let sum = 0
    for (const slot of this.slots.values()) sum += this.weights.at(slot)
    return sum
  }

  /** @throws Error where the policy and the tier do not agree */
  check(): void {
    const told = [...this.policy.hottest()]
    const isHeld = told.every((slot) => this.slots.get(this.#keys[slot] ?? '') === slot)
    if (!isHeld || told.length !== this.slots.size || new Set(told).size !== told.length) {
      throw new Error(`the policy has the slots ${told.join(' ')}, the tier ${[...this.slots.values()].join(' ')}`)
    }
    const { maxEntries, maxWeight } = this.bounds
    // Added in another order, fractions may come to a little more.
    const isOver = this.slots.size > maxEntries || this.weight() > maxWeight * (1 + 1e-9)
    if (isOver) throw new Error(`${this.slots.size} entries of ${this.weight()} exceed the bounds`)
  }

  #insert(key: string, weight: number): void {
    if (!this.#makeRoom(key, weight)) {
      this.refusals++
      return
    }
    const slot = this.#takeSlot()
    this.slots.set(key, slot)
    this.#keys[slot] = key
    this.weights.of[slot] = weight
    this.#room.take(key, weight)
    this.policy.add(slot, key)
  }

  #makeRoom(key: string, weight: number): boolean {
    if (!this.#room.couldHold(weight)) return false
    const free = this.#room.freeFor(key, weight)
    if (weight > free && !this.#room.awaits(key) && !this.policy.admits(key, weight, free)) return false
    while (!this.#room.hasPlaceFor(key, weight)) {
      if (this.#evict()) continue
      if (this.#room.hasPlaceAtAll(weight)) return true
      this.#room.keepFor(key, weight)
      return false
    }
    if (!this.#room.awaits(key)) this.#makeMoreRoom(weight)
    return true
  }

  #makeMoreRoom(coming: number): void {
    while (this.#room.keepMore(coming)) if (!this.#evict()) return
  }

  #evict(): boolean {
    const slot = this.policy.evict()
    if (slot === NONE) return false
    if (this.#keys[slot] === undefined) throw new Error(`evicted slot ${slot}, which is not held`)
    this.evictions++
    this.#release(slot)
    return true
  }

  #drop(key: string): void {
    const slot = this.slots.get(key)
    if (slot === undefined) return
    this.policy.remove(slot)
    this.#release(slot)
  }

  #release(slot: number): void {
    this.slots.delete(this.#keys[slot]!)
    this.#room.giveBack(this.weights.at(slot))
    this.#keys[slot] = undefined
    this.#free.push(slot)
  }

  #takeSlot(): number {
    const slot = this.#free.pop() ?? this.#keys.length
    if (slot === this.#capacity) {
      this.#capacity = Math.max(FIRST_CAPACITY, 2 * this.#capacity)
      this.policy.grow(this.#capacity)
    }
    return slot
  }
}
