import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { NONE } from '../policy.ts'
import { LONGEST_WALK, Visits } from '../visits.ts'
import { PROBATION, PROTECTED, Regions, WINDOW } from './regions.ts'

const seed = testSeed()
const ALL = [WINDOW, PROBATION, PROTECTED]
const CAPACITY = 30

describe('Regions', () => {
  it(`weigh what is in them, fractions included, and nothing where nothing is (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const weights: number[] = []
    const regions = new Regions({ at: (slot) => weights[slot]! }, new Visits())
    regions.grow(CAPACITY)
    for (let step = 0; step < 5_000; step++) {
      const slot = random.int(0, CAPACITY - 1)
      const weight = random.pick([0, 0.1, 0.7, 1 / 3, 12])
      if (!regions.has(slot)) {
        weights[slot] = weight
        regions.add(slot, 1)
      } else if (random.chance(0.3)) {
        const change = weight - weights[slot]!
        weights[slot] = weight
        regions.reweigh(slot, change)
      } else if (random.chance(0.5)) regions.move(slot, random.pick(ALL))
      else regions.remove(slot)
      for (const region of ALL) {
        const held = [...regions.newestFirst(region)]
        const sum = held.reduce((all, each) => all + weights[each]!, 0)
        if (held.length === 0) expect(Math.abs(regions.weightOf(region))).toBe(0)
        else expect(regions.weightOf(region)).toBeCloseTo(sum, 9)
      }
    }
  })

  it('hold a slot in one region, from add to remove', () => {
    const regions = counted()
    expect([regions.has(0), regions.entries]).toEqual([false, 0])
    regions.add(0, 3)
    regions.move(0, PROTECTED)
    expect([regions.has(0), regions.entries, regions.oldest(WINDOW), regions.oldest(PROTECTED)]).toEqual([
      true,
      1,
      NONE,
      0,
    ])
    regions.remove(0)
    expect([regions.has(0), regions.entries, regions.frequency(0)]).toEqual([false, 0, 3])
  })

  it('count uses to fifteen, halve them, and keep beside them what else is in the byte', () => {
    const regions = counted()
    regions.add(0, 1)
    regions.add(1, 15)
    regions.move(0, PROBATION)
    regions.markSampled(0)
    const isTold = [0, 1].map((slot) => Array.from({ length: 20 }, () => regions.use(slot)))
    expect(isTold).toEqual([[true, ...Array<boolean>(19).fill(false)], Array<boolean>(20).fill(false)])
    expect([regions.frequency(0), regions.frequency(1)]).toEqual([15, 15])
    regions.age(0, 1)
    expect([regions.frequency(0), regions.frequency(1), regions.oldest(PROBATION)]).toEqual([7, 15, 0])
    expect([regions.use(0), regions.takeVisited(0), regions.takeVisited(0)]).toEqual([false, true, false])
    expect(regions.use(0)).toBe(true)
  })

  it('give the oldest that was not used, and those that were go where they are told', () => {
    const regions = counted()
    for (let slot = 0; slot < 4; slot++) regions.add(slot, 1)
    regions.use(0)
    regions.use(1)
    expect(regions.oldestUnused(WINDOW, PROTECTED)).toBe(2)
    expect([[...regions.newestFirst(WINDOW)], [...regions.newestFirst(PROTECTED)]]).toEqual([
      [3, 2],
      [1, 0],
    ])
  })

  it('walk no further than so many slots in one operation, whatever was used', () => {
    const regions = counted()
    for (let slot = 0; slot < CAPACITY; slot++) {
      regions.add(slot, 1)
      regions.use(slot)
    }
    expect(regions.oldestUnused(WINDOW, WINDOW)).toBe(LONGEST_WALK)
    expect([regions.oldestUnused(WINDOW, WINDOW), regions.visits.slots]).toEqual([LONGEST_WALK, LONGEST_WALK])
    regions.visits.begin()
    expect(regions.oldestUnused(WINDOW, WINDOW)).not.toBe(LONGEST_WALK)
  })

  it('have an average weight of one where there is nothing, and forget all at clear', () => {
    const regions = new Regions({ at: () => 5 }, new Visits())
    regions.grow(4)
    expect(regions.averageWeight()).toBe(1)
    regions.add(0, 1)
    regions.add(1, 1)
    regions.move(1, PROTECTED)
    expect(regions.averageWeight()).toBe(5)
    regions.clear()
    const left = ALL.flatMap((region) => [...regions.newestFirst(region)])
    expect([left, regions.entries, regions.averageWeight(), regions.has(0), regions.weightOf(WINDOW)]).toEqual([
      [],
      0,
      1,
      false,
      0,
    ])
  })
})

function counted(): Regions {
  const regions = new Regions({ at: () => 1 }, new Visits())
  regions.grow(CAPACITY)
  return regions
}
