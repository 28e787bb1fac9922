import { describe, expect, it } from 'vitest'
import { samplingFor } from './sampling.ts'

const CAPACITIES = [1, 2, 15, 16, 100, 128.5, 500, 511, 512, 1_000, 4_096, 4_097, 10_000.25, 1e6, 1e9]

describe('samplingFor', () => {
  it.each(CAPACITIES)('keeps the sample of %f entries small, and in proportion', (entries) => {
    const { shift, size } = samplingFor(entries)
    expect(size).toBeGreaterThanOrEqual(16)
    expect(size).toBeLessThanOrEqual(1_024)
    expect([Number.isInteger(size), Number.isInteger(shift)]).toEqual([true, true])
    if (entries >= 16) expect(Math.abs(size - entries / 2 ** shift)).toBeLessThanOrEqual(0.5)
  })

  it('takes all keys of a small cache, and one in eight of ten thousand or fewer', () => {
    expect([samplingFor(1).shift, samplingFor(128).shift]).toEqual([0, 0])
    expect(samplingFor(10_000).shift).toBeGreaterThanOrEqual(3)
  })

  it('never takes more of a greater cache', () => {
    const shifts = CAPACITIES.map((entries) => samplingFor(entries).shift)
    expect(shifts).toEqual(shifts.toSorted((one, other) => one - other))
  })
})
