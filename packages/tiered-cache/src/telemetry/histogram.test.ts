import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Histogram } from './histogram.ts'

describe('Histogram', () => {
  const seed = testSeed()

  it('answers 0 where nothing was recorded', () => {
    expect(new Histogram().quantile(0.99)).toBe(0)
  })

  it(`gives any quantile within 6.25 %, from nanoseconds to hours (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 50; round++) {
      const histogram = new Histogram()
      const values = Array.from({ length: random.int(1, 500) }, () => 2 ** (random.next() * 40 - 19))
      for (const value of values) histogram.record(value)
      values.sort((a, b) => a - b)
      for (const q of [0.01, 0.5, 0.95, 0.99, 1]) {
        const exact = values[Math.max(1, Math.ceil(q * values.length)) - 1] as number
        const ratio = histogram.quantile(q) / exact
        expect(ratio).toBeGreaterThanOrEqual(1)
        expect(ratio).toBeLessThanOrEqual(1.0626)
      }
      expect(histogram.total).toBe(values.length)
    }
  })

  it('keeps what is out of range in its first and last bucket', () => {
    const histogram = new Histogram()
    for (const odd of [0, -1, Number.NaN, 1e-12]) histogram.record(odd)
    expect(histogram.quantile(1)).toBeLessThan(1e-5)
    for (const odd of [Infinity, 1e12]) histogram.record(odd)
    expect(histogram.quantile(1)).toBeGreaterThan(1e7)
    expect(histogram.total).toBe(6)
  })
})
