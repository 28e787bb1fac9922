import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { PlainTuner } from '../../../test/policy-plain-tuner.fixture.ts'
import { FIRST_WINDOW, WindowTuner } from './window-tuner.ts'

const seed = testSeed()

describe('WindowTuner', () => {
  it.each([1, 16, 200, 1_000])(`agrees with its plain reference: %i entries (TEST_SEED=${seed})`, (capacity) => {
    const random = seededRandom(seed)
    const tuner = new WindowTuner(capacity, 0.3)
    const plain = new PlainTuner(capacity, 0.3)
    for (let request = 0; request < 12_000; request++) {
      const hash = Math.imul(Math.floor(4 * capacity * random.next() ** 2) + (request >> 4), 0x9e37_79b1)
      expect(tuner.isSampled(hash)).toBe(plain.isSampled(hash))
      expect(tuner.request(hash)).toBe(plain.request(hash))
      if (request % 3 === 0) expect(tuner.passBy()).toBe(plain.passBy())
      expect(tuner.share).toBe(plain.share)
    }
  })

  it(`moves the window by a twentieth at most, and keeps it between none and all (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const tuner = new WindowTuner(64, FIRST_WINDOW)
    for (let request = 0; request < 20_000; request++) {
      const before = tuner.share
      tuner.request(request < 10_000 ? request - random.int(0, 70) : request % 90)
      expect(Math.abs(tuner.share - before)).toBeLessThanOrEqual(0.05 + 1e-12)
      expect(tuner.share).toBeGreaterThanOrEqual(0.01 - 1e-12)
      expect(tuner.share).toBeLessThanOrEqual(0.99 + 1e-12)
    }
  })

  it('ends a period of a small cache after 2560 requests, again and again', () => {
    const tuner = new WindowTuner(16, FIRST_WINDOW)
    const ends: number[] = []
    for (let request = 1; request <= 6_000; request++) if (tuner.request(request)) ends.push(request)
    expect(ends).toEqual([2_560, 5_120])
  })
})
