import { describe, expect, it } from 'vitest'
import { median, percentile, spread } from '../src/percentile.ts'

describe('percentile', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1)

  it.each([
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('of 1 to 100 at %f is %f', (fraction, expected) => {
    expect(percentile(hundred, fraction)).toBe(expected)
  })

  it('is the only sample there is, and not a number without any', () => {
    expect(percentile(Float64Array.of(7), 0.99)).toBe(7)
    expect(percentile(new Float64Array(), 0.5)).toBeNaN()
  })
})

describe('median', () => {
  it('is the middle one, or the mean of the two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([10, 1, 2, 100])).toBe(6)
    expect(median([])).toBeNaN()
  })
})

describe('spread', () => {
  it('is the distance of the extremes in parts of the middle', () => {
    expect(spread([10, 12, 9])).toBeCloseTo(0.3)
    expect(spread([4, 4, 4])).toBe(0)
  })
})
