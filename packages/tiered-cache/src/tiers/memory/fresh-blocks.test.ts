import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { FreshBlocks } from './fresh-blocks.ts'

const CAPACITY = 200

describe('FreshBlocks', () => {
  const seed = testSeed()

  it(`covers no slot that is not fresh, however slots change (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const blocks = new FreshBlocks()
    blocks.grow(64)
    blocks.grow(CAPACITY)
    const staleAt = new Array<number>(CAPACITY).fill(Infinity)
    let covered = 0
    for (let step = 0; step < 20_000; step++) {
      const slot = random.int(0, CAPACITY - 1)
      if (random.chance(0.3)) {
        staleAt[slot] = random.pick([step + random.int(0, 5_000), Infinity, -Infinity])
        blocks.note(slot, staleAt[slot])
      } else if (random.chance(0.1)) staleAt[slot] = Infinity
      else if (step < staleAt[slot]!) {
        if (blocks.covers(slot, step)) covered++
        else blocks.missed(slot, CAPACITY, (each) => staleAt[each]!)
      } else expect(blocks.covers(slot, step)).toBe(false)
    }
    expect(covered).toBeGreaterThan(0)
  })

  it('covers a block again once its shortest life has left, after some reads', () => {
    const blocks = new FreshBlocks()
    blocks.grow(128)
    blocks.note(3, 100)
    blocks.note(4, 1_000)
    expect([blocks.covers(4, 99), blocks.covers(4, 100), blocks.covers(70, 100)]).toEqual([true, false, true])
    let looks = 0
    for (let read = 0; read < 64; read++) {
      blocks.missed(4, 128, (slot) => {
        looks++
        return slot === 4 ? 1_000 : Infinity
      })
    }
    expect([blocks.covers(4, 999), blocks.covers(4, 1_000)]).toEqual([true, false])
    expect(looks).toBe(64)
  })
})
