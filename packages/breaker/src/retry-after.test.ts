import { describe, expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')

describe('retryAfterMs', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 3 ', 3_000],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
    ['Sunday, 22-Nov-26 10:00:30 GMT', 30_000],
    ['Sun Nov 22 10:00:30 2026', 30_000],
    ['Sun, 22 Nov 2026 10:00:30', 30_000],
    ['Sun Nov  1 10:00:30 2026', 0],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ])('reads %s as %d ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms)
  })

  const garbage = [
    '-5',
    '1.5',
    '1e3',
    'soon',
    'Sun, no date at all',
    '2026-11-22T10:00:30Z',
    'Mon 5',
    'Sun, 2050',
    'Monday',
  ]
  it.each([null, '', ...garbage, 'Sun, 22 Foo 2026 10:00:30 GMT', 'Mon Nov 30 2026'])(
    'finds nothing in %s',
    (header) => {
      expect(retryAfterMs(header, NOW)).toBeUndefined()
    },
  )
})
