import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Column } from './column.ts'

describe('Column', () => {
  const seed = testSeed()

  it(`reads like an array of numbers, however it is set, grown and reset (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 60; round++) {
      let initial = random.pick([0, 7, Number.POSITIVE_INFINITY])
      const column = new Column(initial)
      let model: number[] = []
      for (let step = 0; step < 100; step++) {
        if (model.length === 0 || random.chance(0.05)) {
          model = [...model, ...Array.from({ length: random.int(1, 9) }, () => initial)]
          column.grow(model.length)
        } else if (random.chance(0.04)) {
          initial = random.pick([0, 7, Number.POSITIVE_INFINITY])
          model.fill(initial)
          column.reset(initial)
        } else {
          const slot = random.int(0, model.length - 1)
          model[slot] = random.chance(0.5) ? initial : random.pick([0, 7, 1.5, 1.79e12, Number.POSITIVE_INFINITY])
          column.set(slot, model[slot])
        }
        expect(model.map((_, slot) => column.at(slot))).toEqual(model)
      }
    }
  })

  it('gives the initial value for new slots once its values differ', () => {
    const column = new Column(5)
    column.grow(2)
    column.set(0, 6)
    column.grow(4)
    expect([0, 1, 2, 3].map((slot) => column.at(slot))).toEqual([6, 5, 5, 5])
  })
})
