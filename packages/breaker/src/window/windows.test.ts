import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { CountWindow } from './count-window.ts'
import { TimeWindow } from './time-window.ts'

const seed = testSeed()

describe('CountWindow', () => {
  it(`counts the last calls as a plain list does (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (const size of [1, 2, 31, 32, 33, 100]) {
      const window = new CountWindow(size)
      let list: boolean[] = []
      for (let step = 0; step < 1_000; step++) {
        if (random.chance(0.01)) {
          window.clear()
          list = []
        }
        const isBad = random.chance(0.4)
        window.record(isBad)
        list = [...list, isBad].slice(-size)
        expect([window.calls, window.bad]).toEqual([list.length, list.filter(Boolean).length])
      }
    }
  })
})

describe('TimeWindow', () => {
  it(`counts the calls of the last ten buckets as a plain list does, idle times included (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const window = new TimeWindow(1_000)
    let now = random.int(0, 1e9)
    let list: { readonly bucket: number; readonly isBad: boolean }[] = []
    for (let step = 0; step < 5_000; step++) {
      now += random.pick([0, 0, 3, 40, 99, 100, 250, 999, 1_000, 5_000])
      const isBad = random.chance(0.4)
      window.record(isBad, now)
      const bucket = Math.floor(now / 100)
      list = [...list, { bucket, isBad }].filter((one) => one.bucket > bucket - 10)
      expect([window.calls, window.bad]).toEqual([list.length, list.filter((one) => one.isBad).length])
    }
  })
})
