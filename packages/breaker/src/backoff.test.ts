import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askedWaitMs, type Backoff, backoffMs, resolveBackoff } from './backoff.ts'

const jitters = fc.constantFrom('full' as const, 'decorrelated' as const, 'none' as const)
const backoffs: fc.Arbitrary<Backoff> = fc.record({
  delayMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
  maxDelayMs: fc.oneof(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.constant(Infinity)),
  jitter: jitters,
})
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('backoffMs', () => {
  it('doubles without jitter, up to the longest delay', () => {
    const backoff = resolveBackoff('100ms', '1s', 'none')
    expect([1, 2, 3, 4, 5, 6].map((retry) => backoffMs(backoff, retry, 0))).toEqual([100, 200, 400, 800, 1_000, 1_000])
  })

  it('takes full jitter from zero to what it is without jitter', () => {
    const backoff = resolveBackoff('100ms', '1s', 'full')
    expect(backoffMs(backoff, 3, 0, () => 0)).toBe(0)
    expect(backoffMs(backoff, 3, 0, () => 0.5)).toBe(200)
    expect(backoffMs(backoff, 10_000, 0, () => 0.5)).toBe(500)
  })

  it('takes decorrelated jitter from the delay to three times the wait before', () => {
    const backoff = resolveBackoff('100ms', '10s', 'decorrelated')
    expect(backoffMs(backoff, 1, 0, () => 0)).toBe(100)
    expect(backoffMs(backoff, 1, 0, () => 0.5)).toBe(200)
    expect(backoffMs(backoff, 2, 400, () => 0.5)).toBe(650)
    expect(backoffMs(backoff, 9, 9_000, () => 0.99)).toBe(10_000)
  })

  it('is a number from zero to the longest delay after any count of attempts', () => {
    const retries = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(1_000, 1_024, 1_025, 10_000, 1e9))
    fc.assert(
      fc.property(backoffs, retries, chance, chance, (backoff, retry, previous, drawn) => {
        const previousMs = previous * Math.min(backoff.maxDelayMs, 1e12)
        const wait = backoffMs(backoff, retry, previousMs, () => drawn)
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(wait).toBeLessThanOrEqual(backoff.maxDelayMs)
        expect(Number.isFinite(wait)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('stays so over 10 000 attempts in a row', () => {
    fc.assert(
      fc.property(backoffs, fc.infiniteStream(chance), (backoff, chances) => {
        let wait = 0
        for (let retry = 1; retry <= 10_000; retry++) {
          wait = backoffMs(backoff, retry, wait, () => chances.next().value as number)
          if (!(wait >= 0 && wait <= backoff.maxDelayMs)) throw new Error(`waits ${wait} ms before retry ${retry}`)
        }
      }),
      { numRuns: 5 },
    )
  })

  it('never falls from one retry to the next without jitter', () => {
    fc.assert(
      fc.property(backoffs, fc.integer({ min: 1, max: 10_000 }), (backoff, retry) => {
        const plain = { ...backoff, jitter: 'none' as const }
        expect(backoffMs(plain, retry + 1, 0)).toBeGreaterThanOrEqual(backoffMs(plain, retry, 0))
      }),
    )
  })
})

describe('askedWaitMs', () => {
  it('is the asked time and up to a tenth, or the backoff where that is longer', () => {
    const backoff = resolveBackoff('100ms', '10s', 'full')
    expect(askedWaitMs(backoff, 7_000, 80, () => 0)).toBe(7_000)
    expect(askedWaitMs(backoff, 7_000, 80, () => 0.5)).toBe(7_350)
    expect(askedWaitMs(backoff, 0, 80, () => 0.5)).toBe(80)
    expect(askedWaitMs(backoff, 100, 400, () => 0.5)).toBe(400)
  })

  it('is exactly the asked time without jitter, and never NaN', () => {
    expect(askedWaitMs(resolveBackoff('100ms', '10s', 'none'), 7_000, 100, () => 0.5)).toBe(7_000)
    expect(askedWaitMs(resolveBackoff('100ms', '10s', 'full'), Infinity, 100, () => 0)).toBe(Infinity)
  })
})

describe('resolveBackoff', () => {
  it('refuses what is no backoff', () => {
    expect(() => resolveBackoff(Infinity, '1s', 'none')).toThrow(
      new RangeError('delay must be a limited time, got Infinity (number)'),
    )
    expect(() => resolveBackoff('1s', -1, 'none')).toThrow(
      'maxDelay must be zero or more milliseconds, got -1 (number)',
    )
    expect(() => resolveBackoff('1s', '2s', 'half')).toThrow(
      new TypeError("jitter must be 'full', 'decorrelated' or 'none', got half (string)"),
    )
  })
})
