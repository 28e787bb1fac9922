import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import type { Pause } from './acoustics.ts'
import { longestPauses } from './pauses.ts'

const seed = testSeed()

describe(`longestPauses (TEST_SEED=${seed})`, () => {
  it.each([0, 1, 999, 1_000, 1_001, 5_000])(
    'keeps those of %i that no other is longer than, in the order of time',
    (count) => {
      const random = seededRandom(seed)
      const pauses = Array.from(
        { length: count },
        (_, at): Pause => ({ startSeconds: at, seconds: random.int(1, 50) / 10 }),
      )
      const kept = longestPauses(pauses)
      expect(kept.length).toBe(Math.min(count, 1_000))
      expect(pauses.filter((pause) => kept.includes(pause))).toEqual(kept)
      const shortest = Math.min(...kept.map(({ seconds }) => seconds))
      const left = pauses.filter((pause) => !kept.includes(pause))
      expect(left.filter(({ seconds }) => seconds > shortest)).toEqual([])
    },
  )
})
