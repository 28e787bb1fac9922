import { describe, expect, it } from 'vitest'
import { retryDelayMs } from './retry-delay.ts'

describe('retryDelayMs', () => {
  const longest = (failures: number): number => retryDelayMs(failures, () => 1)
  const shortest = (failures: number): number => retryDelayMs(failures, () => 0)

  it('begins at 50 ms and stays under 150 ms, so that writes are soon back', () => {
    expect([1, 2, 3, 150].map(longest)).toEqual([50, 100, 150, 150])
  })

  it('asks at most once a second in a long outage, for ever', () => {
    expect([151, 1e6].map(longest)).toEqual([1_000, 1_000])
  })

  it('leaves half of it to chance', () => {
    for (const failures of [1, 2, 9, 999]) expect(shortest(failures)).toBe(longest(failures) / 2)
  })
})
