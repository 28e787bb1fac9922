import { describe, expect, it } from 'vitest'
import { speedBlock } from '../src/breaker/speed-block.ts'
import { breakerText } from '../src/breaker/terminal.ts'
import { formatShare } from '../src/breaker/wording.ts'
import { formatBytes, formatGoal } from '../src/contest/wording.ts'
import { cell, madeUpBreakerResults } from './made-up-breaker.ts'

const CELLS = [
  cell('closed', 'bare', 50, 96),
  cell('closed', 'floor', 75),
  cell('closed', 'floor-fast', 60),
  cell('closed', 'ours', 100, 480),
  cell('closed', 'opossum', 300),
  cell('closed', 'opossum-tuned', 240),
  cell('idle', 'ours', 2_000_000, 512),
  cell('idle', 'opossum', 250_000_000, 7000),
]

describe('breakerText', () => {
  const text = breakerText(madeUpBreakerResults(CELLS))

  it('tells machine, cells, goals, notes and warnings', () => {
    expect(text).toContain('Node v26.10.0 · medians of 5 fresh processes')
    expect(text).toMatch(/@org\/breaker +100 ns +1\.00 x +480 B +10 %/)
    expect(text).toMatch(/opossum, percentiles and snapshots off +240 ns +2\.40 x/)
    expect(text).toMatch(/opossum +25\.00 % +125 x +6\.8 KiB/)
    expect(text).toMatch(/a closed call takes at most 1\.2 x the fast floor +1\.67 x +falls short/)
    expect(text).toContain('nothing was run')
    expect(text).toContain('- made up')
  })

  it('leaves out cases of which nothing was measured', () => {
    expect(text).not.toContain('A bulkhead with a free place')
  })

  it('says why a goal falls short where that is known', () => {
    const goals = madeUpBreakerResults(CELLS).goals.map((goal) => ({ ...goal, because: 'it must' }))
    expect(breakerText(madeUpBreakerResults(CELLS, { goals }))).toContain('fast floor: it must')
  })
})

describe('speedBlock', () => {
  const block = speedBlock(madeUpBreakerResults(CELLS))

  it('shows what a call takes and how many times that the cheapest of each group takes', () => {
    expect(block).toContain('| A good call through a closed breaker | 100 ns, 480 B | 0.60 x | 2.40 x | - | - | - |')
    expect(block).toContain('| A bulkhead with a free place | not measured | - | - | - | - | - |')
  })

  it('shows idling in its own numbers', () => {
    expect(block).toContain('| 0.20 % of a core, 512 B each | - | 25.00 % of a core, 6.8 KiB each | - |')
  })

  it('shows every goal and where the numbers come from', () => {
    expect(block).toContain('| a closed call is at least 2.5 x faster than with opossum | 2.40 x | **falls short** |')
    expect(block).toContain('| a closed call allocates under 500 B | 480 B | **met** |')
    expect(block).toMatch(/run of 2026-01-02 on Made-up .* The numbers are medians of 5 fresh processes\.$/)
  })
})

describe('the words for numbers', () => {
  it.each([
    [0.04, '0 B'],
    [480.4, '480 B'],
    [1536, '1.5 KiB'],
    [undefined, '-'],
  ])('%s bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  it('tells CPU time in a second as a share of a core', () => {
    expect(formatShare(2_083_764)).toBe('0.21 %')
  })

  it.each([
    [1.234, 'times', '1.23 x'],
    [0.0512, 'percent', '5 %'],
    [-0.0004, 'percent', '-0.04 %'],
    [499.6, 'bytes', '500 B'],
    [undefined, 'times', '-'],
  ] as const)('a goal measured as %s in %s is %s', (measured, unit, text) => {
    expect(formatGoal({ measured, unit })).toBe(text)
  })
})
