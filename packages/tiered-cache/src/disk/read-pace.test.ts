import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { ReadPace } from './read-pace.ts'

const FAST_MS = 0.004
const SLOW_MS = 5

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

  it('blocks no more after four reads of a slow disk, until a pause is over', async () => {
    const pace = new ReadPace()
    expect(await reads(pace, 100, () => SLOW_MS, 0)).toBe(4)
    expect(pace.mayBlock(99)).toBe(false)
    expect(pace.mayBlock(100)).toBe(true)
  })

  it('finds a disk slow of which a quarter of the reads are', async () => {
    const pace = new ReadPace()
    await reads(pace, 500, () => FAST_MS, 0)
    const blocked = await reads(pace, 500, (read) => (read % 4 === 0 ? SLOW_MS : FAST_MS), 0)
    expect(blocked).toBeLessThanOrEqual(64)
    expect(pace.mayBlock(99)).toBe(false)
  })

  it('pauses for twice as long each time that the disk is still slow, for half a minute at most', async () => {
    const pace = new ReadPace()
    let now = 0
    for (const pause of [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]) {
      await reads(pace, 100, () => SLOW_MS, now)
      expect(pace.mayBlock(now + pause - 1)).toBe(false)
      now += pause
      expect(pace.mayBlock(now)).toBe(true)
    }
  })

  it('pauses briefly again after 64 reads of which few were slow, and not after fewer', async () => {
    for (const [fast, pause] of [
      [64, 100],
      [40, 400],
    ] as const) {
      const pace = new ReadPace()
      await reads(pace, 4, () => SLOW_MS, 0)
      await reads(pace, 4, () => SLOW_MS, 100)
      expect(await reads(pace, fast, () => FAST_MS, 300)).toBe(fast)
      await reads(pace, 100, () => SLOW_MS, 300)
      expect(pace.mayBlock(300 + pause - 1)).toBe(false)
      expect(pace.mayBlock(300 + pause)).toBe(true)
    }
  })

  it('is not misled by a busy machine that stops the process within every fiftieth read', async () => {
    const random = seededRandom(testSeed())
    const pace = new ReadPace()
    let blocked = 0
    for (let now = 0; now < 10; now++) {
      blocked += await reads(pace, 500, () => (random.chance(0.02) ? 12 : FAST_MS), now * 100)
    }
    expect(blocked).toBeGreaterThan(4_000)
  })

  it('forgets slow reads that are long ago', async () => {
    const pace = new ReadPace()
    for (let round = 0; round < 20; round++) {
      await reads(pace, 3, () => SLOW_MS, 0)
      expect(await reads(pace, 64, () => FAST_MS, 0)).toBe(64)
    }
    expect(pace.mayBlock(0)).toBe(true)
  })
})

/** Each in a turn of its own, as long as they may block. Gives how many did. */
async function reads(pace: ReadPace, count: number, msOf: (read: number) => number, now: number): Promise<number> {
  let read = 0
  for (; read < count && pace.mayBlock(now); read++) {
    pace.blocked(msOf(read), now)
    await nextTurn()
  }
  return read
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
