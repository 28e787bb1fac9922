import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { CrashedLives, type CrashSetting } from './crashed-lives.fixture.ts'

const seed = testSeed()
const DIRECTORIES = 10
const LIVES = 10
const SMALL = [30, 300, 1_000, 2_500]
const LARGE = [300, 3_000, 12_000, 30_000]

const SETTINGS: readonly (readonly [string, CrashSetting])[] = [
  ['in small segments', { options: { maxBytes: '64mb', segmentBytes: '4kb' }, sizes: SMALL, mayBeGone: false }],
  ['in larger segments', { options: { maxBytes: '64mb', segmentBytes: '16kb' }, sizes: SMALL, mayBeGone: false }],
  ['durable', { options: { maxBytes: '64mb', segmentBytes: '8kb', durable: true }, sizes: SMALL, mayBeGone: false }],
  ['at its bound', { options: { maxBytes: '1mb', segmentBytes: '64kb' }, sizes: LARGE, mayBeGone: true }],
]

describe('DiskTier', () => {
  it.each(SETTINGS)(
    `loses nothing and finds nothing damaged or old, whichever call it was killed at, life after life, %s (seed ${seed})`,
    async (_how, setting) => {
      for (let own = seed; own < seed + DIRECTORIES; own++) {
        const complaints = await new CrashedLives(setting, seededRandom(own)).play(LIVES)
        expect({ seed: own, complaints }).toEqual({ seed: own, complaints: [] })
      }
    },
    60_000,
  )
})
