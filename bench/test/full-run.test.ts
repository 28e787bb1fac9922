import { describe, expect, it } from 'vitest'
import { CASES } from '../src/breaker/cases.ts'
import type { ContestantId } from '../src/breaker/contestants.ts'
import { breakerGaps } from '../src/breaker/gaps.ts'
import { mustBeFull } from '../src/report/full-run.ts'
import { tiersGaps } from '../src/suites/tiers-gaps.ts'
import { UsageError } from '../src/usage-error.ts'
import { madeUpResults, row } from './made-up.ts'
import { cell, madeUpBreakerResults } from './made-up-breaker.ts'

describe('mustBeFull', () => {
  it('lets a full run pass and tells of any other how to make one', () => {
    expect(() => mustBeFull('tiers', [])).not.toThrow()
    expect(() => mustBeFull('tiers', ['it was quick'])).toThrow(
      new UsageError(
        'the last run of tiers was not a full one (it was quick); run the full bench first: pnpm bench tiers',
      ),
    )
  })

  it('names some of many gaps', () => {
    expect(() => mustBeFull('breaker', ['a', 'b', 'c', 'd', 'e', 'f'])).toThrow('(a; b; c; d; 2 more)')
  })
})

describe('tiersGaps', () => {
  const NAMES = [
    'memory',
    'Redis (redisTier)',
    'Redis (@keyv/redis)',
    'disk (diskTier)',
    'disk (keyv-file)',
    'disk (file per key)',
    'stack',
  ]
  const payloads = ['200 B', '10 KiB', '5 MiB'].map((label) => {
    return { label, bytes: 1, origin: 'made' as const, parseMs: 1 }
  })
  const rows = payloads.flatMap(({ label }) => NAMES.map((name) => row(name, 1, label)))
  const full = madeUpResults({ payloads, rows })
  const own = payloads.map((payload) => ({ ...payload, origin: 'own' as const }))

  it('finds none in a full run', () => {
    expect(tiersGaps(full)).toEqual([])
  })

  it.each([
    ['a quick run', { quick: true }, 'it was quick'],
    ["a user's payload of the same size", { payloads: own }, "it measured a payload of the user's own"],
    ['fewer sizes', { payloads: payloads.slice(1) }, 'it measured 10 KiB, 5 MiB in place of 200 B, 10 KiB, 5 MiB'],
    ['nothing', { payloads: [], rows: [] }, 'it measured no payload in place of 200 B, 10 KiB, 5 MiB'],
  ])('finds one in %s', (_, changes, gap) => {
    expect(tiersGaps({ ...full, ...changes })).toEqual([gap])
  })

  it.each(NAMES)('misses %s, also at one size alone', (name) => {
    const without = rows.filter((each) => each.contestant !== name || each.payload === '10 KiB')
    expect(tiersGaps({ ...full, rows: without })).toEqual([`without ${name}`])
  })

  it('refuses results that do not tell where their payloads come from', () => {
    const silent = payloads.map((facts) => ({ ...facts, origin: undefined }))
    expect(tiersGaps(JSON.parse(JSON.stringify({ ...full, payloads: silent })))).toHaveLength(1)
  })
})

describe('breakerGaps', () => {
  const cells = CASES.flatMap((one) => one.contestants.map((contestant: ContestantId) => cell(one.id, contestant, 100)))
  // With equal numbers the shares of the breaker itself are 0 of 0: no verdict, which is another test's.
  const full = madeUpBreakerResults(cells, { goals: [] })

  it('finds none in a full run', () => {
    expect(breakerGaps(full)).toEqual([])
  })

  it('finds a quick run', () => {
    expect(breakerGaps({ ...full, quick: true })).toEqual(['it was quick'])
  })

  it('finds what was not measured, or not in every process', () => {
    const [first, second, ...others] = cells
    const gap = (label: string) => `without 'A good call through a closed breaker' of ${label}`
    expect(breakerGaps({ ...full, cells: [second, ...others] as typeof cells })).toEqual([gap('no protection')])
    const faulty = [first, { ...second, processes: 4 }, ...others] as typeof cells
    expect(breakerGaps({ ...full, cells: faulty })).toEqual([gap('floor (hand-written)')])
  })

  it('finds a goal without a verdict', () => {
    const goals = madeUpBreakerResults([]).goals.filter((goal) => goal.id === 'closed-bytes')
    expect(breakerGaps({ ...full, goals })).toEqual(["no verdict on 'a closed call allocates under 500 B'"])
  })
})
