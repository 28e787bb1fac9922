import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { WeightSum } from './weight-sum.ts'

const seed = testSeed()

describe('WeightSum', () => {
  it('keeps a light weight while a heavy one comes and goes', () => {
    const sum = new WeightSum()
    sum.add(0.1)
    sum.add(1e15)
    sum.add(-1e15)
    expect(sum.value).toBe(0.1)
  })

  it(`comes back to what is left, in whatever order the others leave (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const sum = new WeightSum()
    const held: number[] = []
    for (let step = 0; step < 20_000; step++) {
      if (held.length > 50 || (held.length > 0 && random.chance(0.5)))
        sum.add(-held.splice(random.int(0, held.length - 1), 1)[0]!)
      else {
        const weight = [1e-9, 0.1, 3, 1e6, 1e15][random.int(0, 4)]!
        held.push(weight)
        sum.add(weight)
      }
    }
    const heavy = held.filter((weight) => weight >= 1e6)
    for (const weight of heavy) sum.add(-weight)
    const light = held.filter((weight) => weight < 1e6).reduce((all, weight) => all + weight, 0)
    expect(Math.abs(sum.value - light)).toBeLessThan(1e-6)
  })
})
