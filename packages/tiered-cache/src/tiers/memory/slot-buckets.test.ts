import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { NONE } from '../../policies/policy.ts'
import { SlotBuckets } from './slot-buckets.ts'

const BUCKETS = 100
const CAPACITY = 40

describe('SlotBuckets', () => {
  const seed = testSeed()

  it(`agree with a list for each bucket after every step (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 5; round++) {
      const model = new ModelledBuckets(random)
      for (let step = 0; step < 400; step++) {
        model.step()
        model.check()
      }
    }
  })

  it('keep what they hold when they grow', () => {
    const buckets = new SlotBuckets(BUCKETS)
    buckets.grow(2)
    buckets.put(7, 0)
    buckets.put(7, 1)
    buckets.grow(1_000)
    buckets.put(7, 999)
    expect(drained(buckets, 7)).toEqual([0, 1, 999])
  })

  it('take no notice of a smaller capacity', () => {
    const buckets = new SlotBuckets(BUCKETS)
    buckets.grow(10)
    buckets.grow(2)
    for (const slot of [7, 8, 9]) buckets.put(0, slot)
    buckets.take(8)
    expect(drained(buckets, 0)).toEqual([7, 9])
  })

  it('take a slot that is in no bucket without harm, before the first came as well', () => {
    const buckets = new SlotBuckets(BUCKETS)
    buckets.grow(4)
    buckets.take(3)
    buckets.put(5, 1)
    buckets.take(3)
    expect([buckets.lowest(), drained(buckets, 5), buckets.lowest()]).toEqual([5, [1], NONE])
  })
})

function drained(buckets: SlotBuckets, bucket: number): number[] {
  const slots: number[] = []
  for (let slot = buckets.oldest(bucket); slot !== NONE; slot = buckets.oldest(bucket)) {
    slots.push(slot)
    buckets.take(slot)
  }
  return slots
}

/** SlotBuckets beside arrays that do the same slowly. */
class ModelledBuckets {
  readonly #random: Random
  readonly #buckets: SlotBuckets = new SlotBuckets(BUCKETS)
  readonly #lists: number[][] = Array.from({ length: BUCKETS }, () => [])
  #capacity: number = CAPACITY

  constructor(random: Random) {
    this.#random = random
    this.#buckets.grow(this.#capacity)
  }

  step(): void {
    const random = this.#random
    const slot = random.int(0, this.#capacity - 1)
    if (random.chance(0.005)) this.#clear()
    else if (random.chance(0.01)) this.#buckets.grow((this.#capacity += random.int(1, 5)))
    else if (random.chance(0.1)) this.#pour()
    else if (random.chance(0.4)) this.#take(slot)
    else this.#put(slot)
  }

  /** Buckets are emptied and filled again in the same order, so that every link is walked and every ring cut at its end. */
  check(): void {
    const held = this.#lists.findIndex((list) => list.length > 0)
    expect(this.#buckets.lowest()).toBe(held)
    const buckets = [...this.#lists.keys()]
    expect(buckets.map((bucket) => this.#buckets.isEmpty(bucket))).toEqual(this.#lists.map((list) => list.length === 0))
    expect(buckets.map((bucket) => this.#buckets.oldest(bucket))).toEqual(this.#lists.map((list) => list[0] ?? NONE))
    expect(buckets.map((bucket) => drained(this.#buckets, bucket))).toEqual(this.#lists)
    expect(this.#buckets.lowest()).toBe(NONE)
    for (const [bucket, list] of this.#lists.entries()) for (const slot of list) this.#buckets.put(bucket, slot)
  }

  #put(slot: number): void {
    this.#take(slot)
    // Few enough buckets that many slots meet, at both ends of the words of the bitmap.
    const bucket = this.#random.pick([0, 1, 31, 32, 63, 64, 65, 99])
    this.#lists[bucket]!.push(slot)
    this.#buckets.put(bucket, slot)
  }

  #take(slot: number): void {
    for (const list of this.#lists) if (list.includes(slot)) list.splice(list.indexOf(slot), 1)
    this.#buckets.take(slot)
  }

  #pour(): void {
    const from = this.#lists.findIndex((list) => list.length > 0)
    const into = this.#lists.findLastIndex((list) => list.length === 0)
    if (from === NONE || into === NONE) return
    this.#lists[into]!.push(...this.#lists[from]!.splice(0))
    this.#buckets.pour(from, into)
  }

  #clear(): void {
    for (const list of this.#lists) list.length = 0
    this.#buckets.clear()
  }
}
