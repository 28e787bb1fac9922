import { describe, expect, it } from 'vitest'
import { CASES } from '../src/disk/cases.ts'
import type { ContestantId } from '../src/disk/contestants.ts'
import { diskGaps } from '../src/disk/gaps.ts'
import { diskSpeedBlock } from '../src/disk/speed-block.ts'
import { diskText } from '../src/disk/terminal.ts'
import { cell, madeUpDiskResults } from './made-up-disk.ts'

const RESULTS = madeUpDiskResults([
  cell('get-10k', 'floor', 4000, { timesFloor: 1 }),
  cell('get-10k', 'ours', 6000, { timesFloor: 1.5 }),
  cell('get-10k', 'files', 90_000, { timesFloor: 22 }),
  cell('miss', 'ours', 300, { fileReads: 0 }),
  cell('bytes-10k', 'ours', 1, { diskPerByte: 1.02 }),
  cell('bytes-10k', 'cacache', 1, { diskPerByte: 2.4 }),
  cell('load', 'ours', 1, { gapP99Ms: 2, gapMaxMs: 9, filesP99Ms: 0.8 }),
  cell('open-1m', 'ours', 3e8, { indexBytes: 40 }),
])

describe('diskText', () => {
  const text = diskText(RESULTS)

  it('tells of each case what it is about', () => {
    expect(text).toMatch(/one file per key, fs\.promises +90\.0 µs +15\.0 x +22\.0 x +45\.0 µs +10 %/)
    expect(text).toMatch(/@org\/tiered-cache diskTier +300 ns +1\.00 x +0\.00/)
    expect(text).toMatch(/cacache +2\.40 x/)
    expect(text).toMatch(/@org\/tiered-cache diskTier +2\.00 ms +9\.00 ms +800 µs/)
    expect(text).toMatch(/@org\/tiered-cache diskTier +300 ms +150 ms +40 B/)
  })

  it('tells goals, notes and warnings, and no case that was not measured', () => {
    expect(text).toMatch(/one of 10 KiB at most 1\.8 x +1\.50 x +met/)
    expect(text).toContain('nothing was run')
    expect(text).toContain('- made up')
    expect(text).not.toContain('A set of 10 KiB')
  })
})

describe('diskSpeedBlock', () => {
  const block = diskSpeedBlock(RESULTS)

  it('shows what an operation takes, how many times that the others take, and what they take on disk', () => {
    expect(block).toContain('| A get of 10 KiB | 6.00 µs | - | 0.67 x | - | - | - | - | 15.0 x | - | - |')
    expect(block).toContain('| A get of 4 KiB | not measured | - |')
    expect(block).toContain(
      '| Bytes on disk for each of 10 KiB values | 1.02 x | - | - | - | - | - | - | - | 2.40 x | - |',
    )
  })

  it('shows every goal and where the numbers come from', () => {
    expect(block).toMatch(/\| one of 10 KiB at most 1\.8 x \| 1\.50 x \| \*\*met\*\* \|/)
    expect(block).toMatch(/run of 2026-01-02 on Made-up .* The numbers are medians of 5 fresh processes\.$/)
  })
})

describe('diskGaps', () => {
  const cells = CASES.flatMap((one) =>
    one.contestants.map((contestant: ContestantId) =>
      cell(one.id, contestant, 100, {
        timesFloor: 1,
        fileReads: 0,
        diskPerByte: 1,
        filesP99Ms: 1,
        beyond: 0,
        indexBytes: 1,
      }),
    ),
  )

  it('finds none in a full run, and what is missing in any other', () => {
    const full = madeUpDiskResults(cells)
    expect(diskGaps(full)).toEqual([])
    expect(diskGaps({ ...full, quick: true, cells: cells.slice(1) })).toEqual([
      'it was quick',
      "without 'A get of 200 B, the page in memory' of pread + crc32",
    ])
  })
})
