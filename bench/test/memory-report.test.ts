import { describe, expect, it } from 'vitest'
import { Findings } from '../src/memory/cell.ts'
import { memorySpeedBlock } from '../src/memory/speed-block.ts'
import { memoryText } from '../src/memory/terminal.ts'
import { formatBreakEven, formatEntryBytes, formatGrowth, formatHitRate, formatPause } from '../src/memory/wording.ts'
import { cell, madeUpMemoryResults } from './made-up-memory.ts'

const CELLS = [
  cell('hit-10k', 'map', 40),
  cell('hit-10k', 'ours', 50),
  cell('hit-10k', 'lru-cache', 75),
  cell('replay-10k', 'ours', 220, { hitRate: 0.66 }),
  cell('replay-10k', 'lru-cache', 200, { hitRate: 0.6 }),
  cell('bytes-1m', 'alone', 20, { bytes: 90e6 }),
  cell('bytes-1m', 'ours', 20, { bytes: 150e6 }),
  cell('growth-10k', 'ours', 20, { bytes: 18e6, grownBytes: 30_000 }),
  cell('pauses-1m', 'map', 20, { fillPauseMs: 120 }),
  cell('pauses-1m', 'ours', 20, { fillPauseMs: 150, evictPauseMs: 240 }),
  cell('get-sync', 'map', 40),
  cell('get-sync', 'ours-cache', 80),
]

describe('memoryText', () => {
  const text = memoryText(madeUpMemoryResults(CELLS))

  it('tells machine, goals, notes and warnings', () => {
    expect(text).toContain('Node v26.10.0 · medians of 3 fresh processes')
    expect(text).toMatch(/a hit among 10,000 entries takes at most 1\.15 x a bare Map +1\.25 x +falls short/)
    expect(text).toContain('nothing was run')
    expect(text).toContain('- made up')
  })

  it('tells what an operation takes, in times of our own', () => {
    expect(text).toMatch(/lru-cache +75\.0 ns +1\.50 x +10 %/)
    expect(text).toMatch(/A hit through a whole cache[^\n]*\n[^\n]*\n[^\n]*\nMap, no bound +40\.0 ns +0\.50 x/)
  })

  it('tells of reading through the hit rate, the time per miss avoided and who is ahead when', () => {
    expect(text).toMatch(/memoryTier +220 ns +1\.00 x +66\.0 % +333 ns +a miss over 333 ns +10 %/)
    expect(text).toMatch(/lru-cache +200 ns +0\.91 x +60\.0 % +333 ns +- +10 %/)
  })

  it('tells bytes, growth and pauses', () => {
    expect(text).toMatch(/memoryTier +60 B +150\.00 MB/)
    expect(text).toMatch(/memoryTier +0\.03 MB +18\.00 MB/)
    expect(text).toMatch(/Map, no bound +120 ms +-/)
    expect(text).toMatch(/memoryTier +150 ms +240 ms/)
  })

  it('leaves out cases of which nothing was measured', () => {
    expect(text).not.toContain('A miss among')
  })
})

describe('memorySpeedBlock', () => {
  const block = memorySpeedBlock(madeUpMemoryResults(CELLS))

  it('shows what an operation takes and how many times that the others take', () => {
    expect(block).toContain('| A hit among 10,000 entries | 50.0 ns | 0.80 x | - | 1.50 x |')
    expect(block).toContain('| A miss among 10,000 entries | not measured | - |')
  })

  it('shows hit rates, bytes, growth and pauses in their own numbers', () => {
    expect(block).toContain('with 10,000 entries: hit rate | 66.0 % | - | - | 60.0 % |')
    expect(block).toContain('| Memory of 1,000,000 entries: bytes over key and value | 60 B | - |')
    expect(block).toMatch(/: growth \| 0\.03 MB \|/)
    expect(block).toMatch(/: filling \| 150 ms \| 120 ms \|/)
    expect(block).toMatch(/: evicting \| 240 ms \| - \|/)
  })

  it('shows every goal and where the numbers come from', () => {
    expect(block).toContain('| reading through, it has at least 0.85 x the speed of lru-cache | 0.91 x | **met** |')
    expect(block).toMatch(/run of 2026-01-02 on Made-up .* The numbers are medians of 3 fresh processes\.$/)
  })
})

describe('formatBreakEven', () => {
  const told = (cpuNs: number, hitRate: number) => {
    const cells = [
      cell('replay-10k', 'ours', cpuNs, { hitRate }),
      cell('replay-10k', 'lru-cache', 200, { hitRate: 0.6 }),
    ]
    return formatBreakEven(new Findings(cells), 'replay-10k', 'ours', 'lru-cache')
  }

  it.each([
    [190, 0.6, 'always'],
    [190, 0.65, 'always'],
    [210, 0.6, 'never'],
    [210, 0.55, 'never'],
    [210, 0.65, 'a miss over 200 ns'],
    [190, 0.55, 'a miss under 200 ns'],
  ])('%i ns at a hit rate of %f against 200 ns at 0.6: %s', (cpuNs, hitRate, text) => {
    expect(told(cpuNs, hitRate)).toBe(text)
  })

  it('compares nobody with itself, nor with what was not measured', () => {
    const found = new Findings([cell('replay-10k', 'ours', 100, { hitRate: 0.5 })])
    expect(formatBreakEven(found, 'replay-10k', 'ours', 'ours')).toBe('-')
    expect(formatBreakEven(found, 'replay-10k', 'ours', 'lru-cache')).toBe('-')
  })
})

describe('the words for numbers of the memory suite', () => {
  it('are a dash where nothing was measured', () => {
    const told = [formatHitRate, formatEntryBytes, formatGrowth].map((format) => format(Number.NaN))
    expect([...told, formatPause(undefined)]).toEqual(['-', '-', '-', '-'])
  })
})
