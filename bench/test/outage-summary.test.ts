import { describe, expect, it } from 'vitest'
import { HANG_MS, type Marks, summarise } from '../src/outage/summary.ts'
import type { Request } from '../src/outage/traffic.ts'

const MARKS: Marks = { warmAt: 1000, faultAt: 2000, endingAt: 3000, backAt: 3200 }

function request(kind: Request['kind'], dueAt: number, tookMs: number, changes: Partial<Request> = {}): Request {
  return { kind, dueAt, endedAt: dueAt + tookMs, loadMs: 0, error: undefined, reached: undefined, ...changes }
}

/** One each 10 ms. */
function requests(kind: Request['kind'], from: number, count: number, tookMs: number, changes: Partial<Request> = {}) {
  return Array.from({ length: count }, (_request, at) => request(kind, from + 10 * at, tookMs, changes))
}

describe('summarise', () => {
  it('tells requests by the instant at which they were due, warm-up and recovery left out', () => {
    const summary = summarise(
      [
        ...requests('hit', 0, 100, 900),
        ...requests('hit', 1000, 50, 1),
        ...requests('miss', 1500, 50, 20, { loadMs: 19 }),
        // Still under way when the fault begins, and of before all the same.
        request('miss', 1999, 40, { loadMs: 39 }),
        ...requests('hit', 2000, 99, 21, { loadMs: 20 }),
        request('miss', 2999, 99, { loadMs: 98 }),
        ...requests('miss', 3000, 100, 500),
      ],
      MARKS,
    )
    expect(summary.getOrSet).toEqual({
      before: { p50Ms: 20, p99Ms: 20, requests: 101 },
      during: { p50Ms: 21, p99Ms: 21, requests: 100 },
    })
  })

  it('tells hits in memory apart', () => {
    const all = [...requests('memory', 1000, 100, 0.5), ...requests('memory', 2000, 100, 0.75)]
    expect(summarise([...all, ...requests('set', 2000, 100, 9)], MARKS).memory).toMatchObject({
      before: { p99Ms: 0.5 },
      during: { p99Ms: 0.75 },
    })
  })

  it('counts errors and what hangs at any time, and what has not ended counts as neither quick nor slow', () => {
    const summary = summarise(
      [
        request('set', 10, HANG_MS),
        request('set', 20, HANG_MS + 1),
        request('hit', 2500, Number.NaN),
        request('hit', 2600, 1, { error: 'first' }),
        request('hit', 9000, 1, { error: 'second' }),
      ],
      MARKS,
    )
    expect(summary).toMatchObject({ errors: 2, firstError: 'first', hangs: 2 })
    expect(summary.getOrSet.during.p99Ms).toBe(Infinity)
  })

  it('counts a request as having waited by what it took beside its load, against its own kind before', () => {
    const summary = summarise(
      [
        ...requests('hit', 1000, 100, 2),
        ...requests('set', 1000, 100, 10),
        // Three times the p99 is not more than that.
        request('hit', 2000, 26, { loadMs: 20 }),
        request('hit', 2001, 26.5, { loadMs: 20 }),
        request('set', 2002, 29),
        request('set', 2003, 31),
        request('set', 2004, Number.NaN),
      ],
      MARKS,
    )
    expect(summary.waited).toBe(3)
  })

  it('tells how many requests a second ask Redis, and how many of those that it holds were loaded', () => {
    const summary = summarise(
      [
        ...requests('memory', 1000, 100, 1),
        ...requests('set', 1000, 100, 1),
        ...requests('hit', 1000, 90, 1),
        ...requests('hit', 1900, 10, 21, { loadMs: 20 }),
        ...requests('hit', 2000, 1, 1),
        ...requests('hit', 2500, 3, 21, { loadMs: 20 }),
      ],
      MARKS,
    )
    expect(summary).toMatchObject({ askingRate: 200, loaded: { before: 0.1, during: 0.75 } })
    expect(summary.held).toMatchObject({ before: { requests: 100, p50Ms: 1 }, during: { requests: 4, p50Ms: 21 } })
  })

  describe('writesBackMs', () => {
    const reached = { reached: true }

    it('is the answer of the first of 20 sets in a row that were due since Redis is back', () => {
      const sets = [
        ...requests('set', 2900, 30, 2, reached),
        request('set', 3200, 2, { reached: false }),
        ...requests('set', 3210, 19, 2, reached),
        request('set', 3400, 2, { reached: false }),
        ...requests('set', 3410, 20, 2, reached),
      ]
      expect(summarise(sets, MARKS).writesBackMs).toBe(212)
    })

    it('is not known where they never were that many', () => {
      expect(summarise(requests('set', 3200, 19, 2, reached), MARKS).writesBackMs).toBeUndefined()
    })

    it('is not known of a library that does not tell', () => {
      expect(summarise(requests('set', 3200, 40, 2), MARKS).writesBackMs).toBeUndefined()
    })
  })
})
