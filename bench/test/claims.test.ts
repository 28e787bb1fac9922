import { describe, expect, it } from 'vitest'
import { about, type ClaimedRange, judge } from '../src/claims/claim.ts'
import { judgeHits } from '../src/claims/hits.ts'
import { restartFinding } from '../src/claims/restart.ts'
import { tenFindings } from '../src/claims/ten-requests.ts'
import { row } from './made-up.ts'

const TIME: ClaimedRange = { low: 10, high: 50, better: 'lower' }
const GAIN: ClaimedRange = { low: 50, high: 500, better: 'higher' }

describe('judge', () => {
  it.each([
    [10, TIME, 'holds'],
    [50, TIME, 'holds'],
    [9.9, TIME, 'better'],
    [50.1, TIME, 'does not hold'],
    [50, GAIN, 'holds'],
    [500, GAIN, 'holds'],
    [501, GAIN, 'better'],
    [49, GAIN, 'does not hold'],
  ] as const)('%f in %o: %s', (measured, range, verdict) => {
    expect(judge(measured, range)).toBe(verdict)
  })

  it('reads one number as that number give or take a twentieth', () => {
    expect(judge(104, about(100, 'lower'))).toBe('holds')
    expect(judge(96, about(100, 'lower'))).toBe('holds')
    expect(judge(94, about(100, 'lower'))).toBe('better')
    expect(judge(106, about(100, 'lower'))).toBe('does not hold')
  })
})

describe('judgeHits', () => {
  const payloads = [{ label: '10 KiB', bytes: 10_240, origin: 'made' as const, parseMs: 0.05 }]
  const verdicts = (rows: Parameters<typeof judgeHits>[0]) =>
    Object.fromEntries(judgeHits(rows, payloads).map((claim) => [claim.id, claim.findings[0]?.verdict]))

  it('judges by the medians of the hits', () => {
    const rows = [row('memory', 0.1), row('Redis (redisTier)', 0.2), row('disk (diskTier)', 60)]
    expect(verdicts(rows)).toEqual({
      'memory-hit': 'holds',
      'redis-hit': 'better',
      'disk-hit': 'does not hold',
      'memory-against-disk': 'better',
      'disk-1000-times': 'does not hold',
    })
  })

  it('says what was not measured and why', () => {
    const claims = judgeHits([row('memory', 0.0002)], payloads)
    const redis = claims.find((claim) => claim.id === 'redis-hit')
    expect(redis?.findings).toEqual([
      {
        payload: '10 KiB',
        value: undefined,
        measured: '-',
        verdict: 'not measured',
        reason: 'Redis (redisTier) was not part of this run',
      },
    ])
    expect(claims.find((claim) => claim.id === 'disk-1000-times')?.findings[0]?.verdict).toBe('not measured')
  })

  it('looks at plain hits of the same payload only', () => {
    const rows = [row('memory', 0.1, '5 MiB'), row('memory', 0.1, '10 KiB', 'set')]
    expect(verdicts(rows)['memory-hit']).toBe('not measured')
  })
})

describe('tenFindings', () => {
  it('judges the full analysis and nine measured hits', () => {
    const found = tenFindings(
      '5 MiB',
      { totalMs: 36_450, hitMs: 4_000, loads: 1 },
      { totalMs: 3_150, hitMs: 300, loads: 1 },
    )
    expect(found.disk).toMatchObject({ value: 81_000, verdict: 'holds', measured: '81.00 s (run at 1:100: 36.450 s)' })
    expect(found.memory).toMatchObject({ value: 47_700, verdict: 'holds' })
    expect(found.saved).toMatchObject({ value: 33_300, verdict: 'holds', measured: '33.3 s (41.11 %)' })
  })

  it('sees that memory saves next to nothing where disk is quick', () => {
    const found = tenFindings(
      '200 B',
      { totalMs: 451, hitMs: 0.1, loads: 1 },
      { totalMs: 450, hitMs: 0.0003, loads: 2 },
    )
    expect(found.disk.verdict).toBe('better')
    expect(found.memory.verdict).toBe('better')
    expect(found.memory.measured).toContain('2 loads')
    expect(found.saved.verdict).toBe('does not hold')
  })
})

describe('restartFinding', () => {
  it('holds where memory began empty, disk answered first and memory then', () => {
    const seen = { openMs: 2, memoryEntries: 0, tiers: ['disk', 'memory'], readMs: [0.4, 0.001] }
    expect(restartFinding('200 B', seen)).toMatchObject({
      verdict: 'holds',
      measured: 'first read: disk, 400 µs; second: memory, 1.00 µs',
      reason: 'a new process: memory held 0 entries, the disk tier was open after 2.00 ms',
    })
  })

  it.each([
    { openMs: 2, memoryEntries: 1, tiers: ['disk', 'memory'], readMs: [1, 1] },
    { openMs: 2, memoryEntries: 0, tiers: ['memory', 'memory'], readMs: [1, 1] },
    { openMs: 2, memoryEntries: 0, tiers: ['disk', 'disk'], readMs: [1, 1] },
    { openMs: 2, memoryEntries: 0, tiers: [], readMs: [1, 1] },
  ])('does not hold for %o', (seen) => {
    expect(restartFinding('200 B', seen).verdict).toBe('does not hold')
  })
})
