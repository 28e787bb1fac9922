import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { NONE } from './policy.ts'
import { SlotLists } from './slot-lists.ts'

const LISTS = 3

describe('SlotLists', () => {
  const seed = testSeed()

  it(`agree with an array for each list after every step (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (const capacity of [1, 2, 5, 40]) {
      const model = new ModelledLists(random, capacity)
      for (let step = 0; step < 800; step++) {
        model.step()
        model.check()
      }
    }
  })

  it('keep what they hold when they grow, and take no notice of a smaller capacity', () => {
    const lists = new SlotLists(2)
    lists.addNewest(0, 3)
    lists.grow(1_000)
    lists.addNewest(0, 999)
    lists.grow(10)
    lists.addNewest(1, 998)
    expect([[...lists.newestFirst(0)], [...lists.newestFirst(1)]]).toEqual([[999, 3], [998]])
  })
})

/** The lists, and arrays of their slots with the oldest first. */
class ModelledLists {
  readonly #random: Random
  readonly #lists = new SlotLists(LISTS)
  readonly #model: number[][] = Array.from({ length: LISTS }, () => [])
  #free: number[]

  constructor(random: Random, capacity: number) {
    this.#random = random
    this.#lists.grow(capacity)
    this.#free = Array.from({ length: capacity }, (_, slot) => slot)
  }

  step(): void {
    const list = this.#random.int(0, LISTS - 1)
    const held = this.#model.flat()
    if (this.#random.chance(0.005)) return this.#clear()
    if (this.#free.length > 0 && this.#random.chance(0.45)) return this.#add(list, this.#random.pick(this.#free))
    if (held.length === 0) return
    const slot = this.#random.pick(held)
    this.#forget(slot)
    if (this.#random.chance(0.5)) {
      this.#lists.moveToNewest(list, slot)
      this.#model[list]!.push(slot)
    } else {
      this.#lists.remove(slot)
      this.#free.push(slot)
    }
  }

  check(): void {
    for (const [list, slots] of this.#model.entries()) {
      expect([...this.#lists.newestFirst(list)]).toEqual(slots.toReversed())
      expect(this.#lists.oldest(list)).toBe(slots[0] ?? NONE)
      for (const [at, slot] of slots.entries()) expect(this.#lists.newer(slot)).toBe(slots[at + 1] ?? NONE)
    }
  }

  #add(list: number, slot: number): void {
    this.#lists.addNewest(list, slot)
    this.#model[list]!.push(slot)
    this.#free = this.#free.filter((each) => each !== slot)
  }

  #forget(slot: number): void {
    for (const slots of this.#model) if (slots.includes(slot)) slots.splice(slots.indexOf(slot), 1)
  }

  #clear(): void {
    this.#lists.clear()
    this.#free.push(...this.#model.flat())
    for (const slots of this.#model) slots.length = 0
  }
}
