import { describe, expect, it } from 'vitest'
import { OpenTime } from './open-time.ts'

describe('OpenTime', () => {
  it('is always the same where it is one duration', () => {
    const time = new OpenTime('10s')
    expect([time.next(0, true), time.next(0, false), time.next(0, false)]).toEqual([10_000, 10_000, 10_000])
  })

  it('grows by its factor up to its maximum, and never becomes NaN', () => {
    const time = new OpenTime({ base: '1s', max: '5s', jitter: 0 })
    expect([1, 2, 3, 4, 5].map(() => time.next(0, false))).toEqual([1_000, 2_000, 4_000, 5_000, 5_000])
    for (let at = 0; at < 10_000; at++) expect(time.next(0, false)).toBe(5_000)
  })

  it('falls by one step for each base of health, not to zero at once', () => {
    const time = new OpenTime({ base: '1s', max: '1h', jitter: 0 })
    for (let at = 0; at < 4; at++) time.next(0, false)
    time.closedAt(0)
    expect(time.next(2_500, true)).toBe(4_000)
    time.closedAt(10_000)
    expect(time.next(60_000, true)).toBe(1_000)
  })

  it('differs by its jitter at most, and by chance', () => {
    const time = new OpenTime({ base: '1s', max: '1h', factor: 1, jitter: 0.2 })
    const times = Array.from({ length: 1_000 }, () => time.next(0, false))
    expect(Math.min(...times)).toBeGreaterThanOrEqual(800)
    expect(Math.max(...times)).toBeLessThanOrEqual(1_200)
    expect(new Set(times).size).toBeGreaterThan(900)
  })

  it.each([
    [{ base: '5s', max: '1s' }, 'openFor.max must be at least openFor.base'],
    [{ base: '5s', max: '9s', factor: 0.5 }, 'openFor.factor must be at least 1 and finite, got 0.5'],
    [{ base: '5s', max: '9s', jitter: 2 }, 'openFor.jitter must be from 0 to 1, got 2'],
    [{ base: '5s', maximum: '9s' }, "openFor has no option 'maximum'"],
  ])('refuses %o', (openFor, message) => {
    expect(() => new OpenTime(openFor as never)).toThrow(message)
  })
})
