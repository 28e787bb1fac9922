import { describe, expect, it } from 'vitest'
import { RecentQuantile } from './quantile.ts'

function recorded(quantile: number, durations: Iterable<number>) {
  const recent = new RecentQuantile(quantile)
  for (const duration of durations) recent.record(duration)
  return recent.value
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)

describe('RecentQuantile', () => {
  it('is unknown until 16 durations are known', () => {
    expect(recorded(0.5, upTo(15))).toBeUndefined()
    expect(recorded(0.5, upTo(16))).toBe(8)
  })

  it('is the least duration that the quantile of them does not pass', () => {
    expect(recorded(0.95, upTo(64).toReversed())).toBe(61)
    expect(recorded(0.999, upTo(128))).toBe(128)
    expect(recorded(0.001, upTo(128))).toBe(1)
  })

  it('forgets all but the latest 128', () => {
    expect(recorded(0.5, [...upTo(1_000).map(() => 9_000), ...upTo(128)])).toBe(64)
  })
})
