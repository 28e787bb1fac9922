import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { LineClock } from './line-clock.ts'

const seed = testSeed()

describe('LineClock', () => {
  it(`says of any instant what Date says, whichever came before (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const clock = new LineClock()
    let now = Date.UTC(2026, 10, 22)
    for (let run = 0; run < 5000; run++) {
      now = random.chance(0.7) ? now + random.int(-1500, 1500) : random.int(-1e12, 4e12)
      const date = new Date(now)
      expect(`${clock.utc(now)}Z`).toBe(date.toISOString())
      const two = (value: number): string => String(value).padStart(2, '0')
      const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
      const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
      expect(clock.time(now)).toBe(time)
      expect(clock.dateTime(now)).toBe(`${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`)
    }
  })
})
