import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type JudgedClaim, judgeClaims } from '../bench/claims.ts'
import { compare } from '../bench/comparison.ts'
import { notesOn, warningsOn } from '../bench/notes.ts'
import { makeRecordings } from '../bench/recordings.ts'
import { readmeBlock, terminalReport } from '../bench/report.ts'
import { analyse } from '../src/analysis/analyse.ts'
import { readWav } from '../src/analysis/wav.ts'
import { AFTER, BEFORE, madeUpComparison, madeUpResults, madeUpSample, madeUpSummary } from './made-up-service.ts'

function verdicts(claims: readonly JudgedClaim[]): string[] {
  return claims.map(({ findings }) => findings.map(({ verdict }) => verdict).join(', '))
}

function judgedWith(after: Partial<typeof AFTER>, rssBytes = 200_000_000): string[] {
  const changed = { 'all tiers': madeUpSummary({ ...AFTER, ...after }, rssBytes) }
  return verdicts(judgeClaims(madeUpComparison(changed), 100))
}

describe('judgeClaims', () => {
  it('says that a claim holds within its range', () => {
    expect(verdicts(judgeClaims(madeUpComparison(), 100))).toEqual(Array(5).fill('holds, holds'))
  })

  it('takes both ends of a range as within it', () => {
    expect(judgedWith({ secondMs: 6, lookupMs: 0.6, requestsPerSecond: 500, steadyCpu: 0.25 })).toEqual(
      Array(5).fill('holds, holds'),
    )
  })

  it('says what is better than claimed', () => {
    const gains = { secondMs: 1, lookupMs: 0.1, requestsPerSecond: 2_000, steadyCpu: 0.1 }
    expect(judgedWith(gains, 110_000_000)).toEqual(Array(5).fill('better, better'))
  })

  it('says what does not hold', () => {
    const losses = { secondMs: 59, lookupMs: 29, requestsPerSecond: 101, steadyCpu: 0.6 }
    expect(judgedWith(losses, 300_000_000)).toEqual(Array(5).fill('does not hold, does not hold'))
  })

  it('judges each length by its own figures, and tells what bounds them', () => {
    const slow = { ...AFTER, secondMs: 50 }
    const after = { ...madeUpSummary(AFTER, 200_000_000), figures: { short: AFTER, long: slow } }
    const bound = madeUpSummary({ ...AFTER, secondMs: 2.5 }, 0)
    const [second] = judgeClaims(madeUpComparison({ 'all tiers': after, 'no look-up': bound }), 100)
    expect(second?.findings.map(({ measured, verdict }) => [measured, verdict])).toEqual([
      ['20.0 x', 'holds'],
      ['1.20 x', 'does not hold'],
    ])
    expect(second?.findings[1]?.reason).toBe(
      '60.0 ms became 50.0 ms; without any look-up, the upload alone, it is 2.50 ms',
    )
  })

  it('writes memory that became less with its sign', () => {
    const after = madeUpSummary(AFTER, 93_000_000)
    const memory = judgeClaims(madeUpComparison({ 'all tiers': after }), 100).at(-1)
    expect(memory?.findings[0]).toMatchObject({ measured: '-7 MB', verdict: 'better', value: -7_000_000 })
  })
})

describe('compare', () => {
  it('takes the median of the rounds, figure by figure and variant by variant', () => {
    const rounds = [1, 9, 2].map((secondMs) => madeUpSample('disk only', { ...BEFORE, secondMs }, secondMs * 1_000))
    const others = [madeUpSample('all tiers', AFTER), madeUpSample('no look-up', AFTER)]
    const found = compare([...rounds, ...others])
    expect(found['disk only'].figures.long).toEqual({ ...BEFORE, secondMs: 2 })
    expect(found['disk only'].rssBytes).toBe(2_000)
    expect(found['all tiers'].figures.short).toEqual(AFTER)
  })

  it('knows how far the rounds lie apart at the worst, and warns of it', () => {
    const rounds = [100, 150].map((requestsPerSecond) => madeUpSample('disk only', { ...BEFORE, requestsPerSecond }))
    const others = [madeUpSample('all tiers', AFTER), madeUpSample('no look-up', AFTER)]
    const found = compare([...rounds, ...others])
    expect(found['disk only'].spread).toBeCloseTo(50 / 125)
    expect(warningsOn(rounds, found, 'a Redis')).toEqual(['disk only: rounds lie up to 40 % apart'])
  })
})

describe('warningsOn', () => {
  it('says that there was no Redis, and that a rate was not kept', () => {
    const unsteady = { ...madeUpSample('disk only', BEFORE), unsteady: ['it was slow'] }
    expect(warningsOn([unsteady, unsteady], madeUpComparison(), new Error('none here'))).toEqual([
      'measured without Redis: none here',
      'it was slow',
    ])
  })
})

describe('the report of the bench', () => {
  const comparison = madeUpComparison()
  const results = madeUpResults({ comparison, claims: judgeClaims(comparison, 100) })

  it('shows every variant, every claim with its verdict, and what to mind', () => {
    const text = stripVTControlCharacters(terminalReport(results))
    expect(text).toMatch(/disk only +31\.3 KiB +60\.0 ms +30\.0 ms +100 +50 % +100 MB/)
    expect(text).toMatch(/all tiers +31\.3 KiB +3\.00 ms +1\.50 ms +700 +20 % +200 MB/)
    expect(text).toMatch(/625 KiB +20\.0 x +holds/)
    expect(text).toContain('+100 MB memory.')
    expect(text).toContain('- a made-up note')
    expect(text).toContain('- a made-up warning')
  })

  it('is one table of claims and one of figures in the README, with where they come from', () => {
    const lines = readmeBlock(results).split('\n')
    expect(lines[0]).toBe('| Claim | Uploads of 31.3 KiB | Uploads of 625 KiB | Why |')
    expect(lines.filter((line) => line.includes('**holds**'))).toHaveLength(5)
    expect(lines).toContain('|  | 625 KiB | 3.00 ms | 1.50 ms | 700 | 20 % |  |')
    expect(lines).toContain('- Warning: a made-up warning')
    expect(lines.at(-1)).toMatch(/^Generated from a run of 2026-01-02 on Made-up CPU · 2 cores/)
  })

  it('says how many processes stand behind a number', () => {
    const plan = { recordings: { short: 3, long: 2 }, saturationSeconds: 1, steadySeconds: 1 }
    expect(notesOn({ ...plan, rounds: 1 })[0]).toMatch(/^one fresh process each, over a cache that holds 5 analyses/)
    expect(notesOn({ ...plan, rounds: 5 })[0]).toMatch(/^medians of 5 fresh processes each/)
  })
})

describe('makeRecordings', () => {
  it('cuts recordings that differ, that can be analysed, and that are the same in every run', () => {
    const made = makeRecordings({ short: 80, long: 2 })
    const all = [...made.short, ...made.long].map((bytes) => bytes.toString('latin1'))
    expect(new Set(all).size).toBe(82)
    expect(made).toEqual(makeRecordings({ short: 80, long: 2 }))
    expect(analyse(readWav(made.short[79] as Buffer), {}).durationSeconds).toBe(1)
    expect(analyse(readWav(made.long[1] as Buffer), {}).durationSeconds).toBe(20)
  })
})
