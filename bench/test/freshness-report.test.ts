import { describe, expect, it } from 'vitest'
import { freshnessSpeedBlock } from '../src/freshness/speed-block.ts'
import { freshnessText } from '../src/freshness/terminal.ts'
import { cell, madeUpFreshnessResults } from './made-up-freshness.ts'

const RESULTS = madeUpFreshnessResults([
  cell('get-or-set', 'map-async', 80),
  cell('get-or-set', 'ours', 100),
  cell('get-or-set', 'bentocache', 4000),
  cell('get-or-set', 'bentocache-reference', 3000),
  cell('invalidate-1m', 'ours', 8000, { wallNs: 4000, afterNs: 2500 }),
  cell('waiters', 'ours', 2_000_000, { wallNs: 500_000 }),
  cell('waiters', 'bentocache', 12_000_000, { wallNs: 15_000_000 }),
  cell('many', 'ours', 90_000),
  cell('many', 'ours-singles', 180_000),
])

describe('freshnessText', () => {
  const text = freshnessText(RESULTS)

  it('tells machine, goals, notes and warnings', () => {
    expect(text).toContain('Node v26.10.0 · medians of 5 fresh processes')
    expect(text).toMatch(/it is at least 25 x faster than with bentocache as it comes +40\.0 x +met/)
    expect(text).toContain('nothing was run')
    expect(text).toContain('- made up')
  })

  it('tells what an operation takes, in times of our own', () => {
    expect(text).toMatch(/Map in an async function +80\.0 ns +0\.80 x +10 %/)
    expect(text).toMatch(/100 x getOrSet +180 µs +2\.00 x +10 %/)
  })

  it('tells of an invalidation the clock, and the first read after it', () => {
    expect(text).toMatch(/@org\/tiered-cache +4\.00 µs +1\.00 x +2\.50 µs +10 %/)
  })

  it('tells of waiters the clock, and the CPU time of all', () => {
    expect(text).toMatch(/bentocache +15\.0 ms +30\.0 x +12\.0 ms +10 %/)
  })

  it('leaves out cases of which nothing was measured', () => {
    expect(text).not.toContain('A hit by getSync')
  })
})

describe('freshnessSpeedBlock', () => {
  const block = freshnessSpeedBlock(RESULTS)

  it('shows what an operation takes and how many times that the others take', () => {
    expect(block).toContain(
      '| An awaited hit by getOrSet, 10,000 entries | 100 ns | - | - | - | - | 0.80 x | 40.0 x | 30.0 x | - | - | - |',
    )
    expect(block).toContain('| 1,000 waiters on one load, from its end until all have the value | 500 µs | - |')
    expect(block).toContain('| A hit by getSync, 10,000 entries | not measured | - |')
  })

  it('shows every goal and where the numbers come from', () => {
    expect(block).toContain(
      '| 1,000 waiters on one load have its value at most 3 ms after its end | 500 µs | **met** |',
    )
    expect(block).toMatch(/run of 2026-01-02 on Made-up .* The numbers are medians of 5 fresh processes\.$/)
  })
})
