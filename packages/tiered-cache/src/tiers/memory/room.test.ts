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
      if (chance < 0.5 && room.hasPlaceFor('key', weight)) {
        room.take('key', weight)
        held.push(weight)
      } else if (chance < 0.8 && held.length > 0) {
        const [left = 0] = held.splice(random.int(0, held.length - 1), 1)
        room.giveBack(left)
      } else if (chance < 0.85 && held.length > 0 && room.fitsInstead(held[0]!, weight)) {
        room.change(held[0]!, weight)
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

  it('keeps what is free for a newcomer that was refused, and gives it up when others of a quarter of the bound have come', () => {
    const room = filled(60)
    room.keepFor('heavy', 70)
    expect([room.awaits('heavy'), room.freeFor('light', 1), room.hasPlaceFor('light', 1)]).toEqual([true, 0, false])
    expect([room.freeFor('heavy', 70), room.hasPlaceFor('heavy', 70)]).toEqual([40, false])
    for (let come = 1; come <= 25; come++) {
      expect([room.keepMore(1), room.freeFor('light', 1)]).toEqual([false, 0])
      room.giveBack(1)
      room.take('light', 1)
    }
    expect([room.awaits('heavy'), room.freeFor('light', 1)]).toEqual([false, 40])
  })

  it('wants what a newcomer lacks that was refused twice, once', () => {
    const room = filled(90)
    for (let times = 0; times < 2; times++) room.keepFor('heavy', 12)
    expect(room.keepMore(0)).toBe(true)
    room.giveBack(1)
    // What comes has its own room first.
    expect([room.keepMore(1), room.freeFor('light', 1)]).toEqual([true, 1])
    room.take('light', 1)
    for (let left = 0; left < 2; left++) room.giveBack(1)
    expect([room.keepMore(0), room.freeFor('light', 1), room.hasPlaceFor('heavy', 12)]).toEqual([false, 0, true])
    // Who would be refused else takes of it; nothing more leaves for that.
    expect([room.hasPlaceFor('other', 5), room.hasPlaceAtAll(5)]).toEqual([false, true])
    room.take('other', 5)
    expect([room.keepMore(0), room.freeFor('light', 1), room.freeFor('heavy', 12)]).toEqual([false, 0, 7])
    room.change(5, 8)
    expect([room.freeFor('light', 1), room.freeFor('heavy', 12)]).toEqual([0, 4])
    room.keepFor('heavy', 12)
    expect(room.keepMore(0)).toBe(true)
    for (let left = 0; left < 20; left++) room.giveBack(1)
    room.take('heavy', 12)
    expect([room.awaits('heavy'), room.keepMore(0), room.freeFor('light', 1)]).toEqual([false, false, 12])
  })

  it('awaits one newcomer at a time, and nobody any more when told so', () => {
    const room = filled(60)
    room.keepFor('one', 70)
    for (let times = 0; times < 2; times++) room.keepFor('other', 50)
    expect([room.awaits('one'), room.awaits('other'), room.keepMore(0)]).toEqual([true, false, false])
    room.forgetKept()
    expect([room.awaits('one'), room.freeFor('light', 1)]).toEqual([false, 40])
  })

  it('is empty for an entry that all is kept from, but never closed to it', () => {
    const room = filled(0)
    room.keepFor('heavy', 95)
    expect([room.hasPlaceFor('key', 45), room.hasPlaceFor('key', 5), room.couldHold(101)]).toEqual([true, true, false])
  })

  it('holds no weight that a sum could not bear', () => {
    const room = new Room({ maxEntries: Infinity, maxWeight: Infinity })
    expect([room.couldHold(Infinity), room.couldHold(Number.MAX_VALUE)]).toEqual([false, true])
    room.take('key', Number.MAX_VALUE)
    expect(room.hasPlaceFor('other', Number.MAX_VALUE)).toBe(false)
  })

  it('has no place for more entries than a Map holds', () => {
    const room = new Room({ maxEntries: Infinity, maxWeight: Infinity })
    for (let entries = 0; entries < 2 ** 24; entries++) room.take('key', 0)
    expect(room.hasPlaceFor('key', 0)).toBe(false)
    room.giveBack(0)
    expect(room.hasPlaceFor('key', 0)).toBe(true)
  })
})

/** Bounded to a weight of 100, with so many entries of 1. */
function filled(entries: number): Room {
  const room = new Room({ maxEntries: Infinity, maxWeight: 100 })
  for (let at = 0; at < entries; at++) room.take(`key ${at}`, 1)
  return room
}
