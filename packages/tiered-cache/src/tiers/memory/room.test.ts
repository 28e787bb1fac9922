import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Room } from './room.ts'

const WEIGHTS = [0, 1, 3, 10, 40, 0.1]

describe('Room', () => {
  const seed = testSeed()

  it(`knows what is free, as a plain list does (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const bounds = { maxEntries: 20, maxWeight: 100 }
    const room = new Room(bounds)
    let held: number[] = []
    const sum = (): number => held.reduce((all, weight) => all + weight, 0)
    for (let step = 0; step < 5_000; step++) {
      const weight = random.pick(WEIGHTS)
      const chance = random.next()
      if (chance < 0.5 && room.hasPlaceFor(weight)) {
        room.take(weight)
        held.push(weight)
      } else if (chance < 0.8 && held.length > 0) {
        const [left = 0] = held.splice(random.int(0, held.length - 1), 1)
        room.giveBack(left)
      } else if (chance < 0.85 && held.length > 0 && room.fits(weight - held[0]!)) {
        room.change(weight - held[0]!)
        held[0] = weight
      } else if (chance < 0.87) {
        Object.assign(bounds, { maxEntries: random.int(1, 30), maxWeight: random.int(1, 200) })
        expect(room.isOverfull).toBe(held.length > bounds.maxEntries || sum() > bounds.maxWeight + 1e-9)
        while (room.isOverfull) room.giveBack(held.pop()!)
      } else if (chance < 0.88) {
        room.clear()
        held = []
      }
      expect(room.weight).toBeCloseTo(sum(), 6)
      expect(held.length).toBeLessThanOrEqual(bounds.maxEntries)
      expect(sum()).toBeLessThanOrEqual(bounds.maxWeight + 1e-9)
    }
  })

  it('keeps what is free for a heavy newcomer from lighter ones, and gives it up as they come', () => {
    const room = new Room({ maxEntries: Infinity, maxWeight: 100 })
    for (let entries = 0; entries < 60; entries++) room.take(1)
    room.keepFor(70)
    expect([room.freeFor(1), room.hasPlaceFor(1)]).toEqual([0, false])
    expect([room.freeFor(70), room.hasPlaceFor(70)]).toEqual([40, false])
    for (let entries = 0; entries < 24; entries++) {
      room.giveBack(1)
      room.take(1)
    }
    expect(room.freeFor(1)).toBeGreaterThan(20)
    room.forgetKept()
    expect(room.freeFor(1)).toBe(40)
  })

  it('is empty for an entry that all is kept from, but never closed to it', () => {
    const room = new Room({ maxEntries: Infinity, maxWeight: 1_000 })
    room.keepFor(950)
    expect([room.hasPlaceFor(450), room.hasPlaceFor(50), room.couldHold(1_001)]).toEqual([true, true, false])
  })

  it('holds no weight that a sum could not bear', () => {
    const room = new Room({ maxEntries: Infinity, maxWeight: Infinity })
    expect([room.couldHold(Infinity), room.couldHold(Number.MAX_VALUE)]).toEqual([false, true])
    room.take(Number.MAX_VALUE)
    expect(room.hasPlaceFor(Number.MAX_VALUE)).toBe(false)
  })

  it('has no place for more entries than a Map holds', () => {
    const room = new Room({ maxEntries: Infinity, maxWeight: Infinity })
    for (let entries = 0; entries < 2 ** 24; entries++) room.take(0)
    expect(room.hasPlaceFor(0)).toBe(false)
    room.giveBack(0)
    expect(room.hasPlaceFor(0)).toBe(true)
  })
})
