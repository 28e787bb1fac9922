import { describe, expect, it } from 'vitest'
import { ReadPace } from './read-pace.ts'

describe('ReadPace', () => {
  it('lets reads block for a millisecond of each turn of the loop', async () => {
    const pace = new ReadPace()
    for (let read = 0; read < 10; read++) {
      expect(pace.mayBlock(0)).toBe(true)
      pace.blocked(0.1001, 0)
    }
    expect(pace.mayBlock(0)).toBe(false)
    await nextTurn()
    expect(pace.mayBlock(0)).toBe(true)
  })

  it('lets one read of a turn take longer', async () => {
    const pace = new ReadPace()
    pace.blocked(25, 0)
    expect(pace.mayBlock(0)).toBe(false)
    await nextTurn()
    expect(pace.mayBlock(0)).toBe(true)
  })

  it('blocks no more on a disk whose p99 is over a millisecond, until trials after a pause are fast', async () => {
    const pace = new ReadPace()
    await reads(pace, 200, 1.5, 0)
    expect(pace.mayBlock(999)).toBe(false)
    expect(pace.mayBlock(1_000)).toBe(true)
    await reads(pace, 1, 3, 1_000)
    expect(pace.mayBlock(2_999)).toBe(false)
    await reads(pace, 8, 0.01, 3_000)
    await reads(pace, 300, 0.01, 3_001)
    expect(pace.mayBlock(3_001)).toBe(true)
  })

  it('waits for half a minute at most before it tries a slow disk again', async () => {
    const pace = new ReadPace()
    let now = 0
    await reads(pace, 200, 2, now)
    for (let trial = 0; trial < 10; trial++) {
      now += 30_000
      expect(pace.mayBlock(now)).toBe(true)
      await reads(pace, 1, 2, now)
      expect(pace.mayBlock(now)).toBe(false)
    }
  })

  it('is not misled by one slow read in many', async () => {
    const pace = new ReadPace()
    await reads(pace, 150, 0.01, 0)
    await reads(pace, 1, 50, 0)
    await reads(pace, 100, 0.01, 0)
    expect(pace.mayBlock(0)).toBe(true)
  })
})

/** Each in a turn of its own, as long as they may block. */
async function reads(pace: ReadPace, count: number, ms: number, now: number): Promise<void> {
  for (let read = 0; read < count && pace.mayBlock(now); read++) {
    pace.blocked(ms, now)
    await nextTurn()
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
