import { describe, expect, it } from 'vitest'
import { capEntry, freshnessAt, isEntry, makeEntry } from './entry.ts'

describe('Entry', () => {
  it.each([
    [0, 'fresh'],
    [9, 'fresh'],
    [10, 'stale'],
    [14, 'stale'],
    [15, 'expired'],
  ])('after %i of 10 ms ttl and 5 ms grace is %s', (ms, freshness) => {
    expect(freshnessAt(makeEntry('value', 1_000, 10, 5, 0), 1_000 + ms)).toBe(freshness)
  })

  it('is the same object where a cap does not shorten it, and never longer', () => {
    const entry = makeEntry('value', 1_000, 10, 5, 7)
    expect(capEntry(entry, 15, 1_000)).toBe(entry)
    expect(capEntry(entry, Infinity, 1_000)).toBe(entry)
    expect(capEntry(entry, 12, 1_000)).toEqual({ ...entry, expiresAt: 1_012 })
    expect(capEntry(entry, 4, 1_001)).toEqual({ ...entry, staleAt: 1_005, expiresAt: 1_005 })
  })

  it('never ends where ttl is Infinity', () => {
    const entry = makeEntry('value', 1_000, Infinity, 5, 0)
    expect(freshnessAt(entry, Number.MAX_SAFE_INTEGER)).toBe('fresh')
    expect(isEntry(entry)).toBe(true)
  })
})
