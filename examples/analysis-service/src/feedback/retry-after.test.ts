import { describe, expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 30, 0)

describe('retryAfterMs', () => {
  it('reads seconds and dates', () => {
    expect(retryAfterMs('7', NOW)).toBe(7_000)
    expect(retryAfterMs([' 0 '], NOW)).toBe(0)
    expect(retryAfterMs('Sun, 22 Nov 2026 14:30:05 GMT', NOW)).toBe(5_000)
    expect(retryAfterMs('Sun, 22 Nov 2026 14:29:05 GMT', NOW)).toBe(0)
  })

  it.each([undefined, '', '-5', '1.5', 'soon', 'Mon 5', []])('takes %j for nothing', (header) => {
    expect(retryAfterMs(header, NOW)).toBeUndefined()
  })
})
