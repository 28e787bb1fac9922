import { describe, expect, it } from 'vitest'
import { loggerGaps } from '../src/logger/gaps.ts'
import { lossesBlock } from '../src/logger/losses/losses-block.ts'
import { lossWords } from '../src/logger/losses/wording.ts'
import { loggerSpeedBlock } from '../src/logger/speed-block.ts'
import { loggerText } from '../src/logger/terminal.ts'
import { cell, loss, madeUpLoggerResults } from './made-up-logger.ts'

const CELLS = [
  cell('file', 'floor-template', 1000),
  cell('file', 'floor-json', 1500),
  cell('file', 'ours', 2000),
  cell('file', 'pino', 5000),
  cell('file', 'pino-4096', 4000),
  cell('durable', 'ours-line', 4000),
  cell('durable', 'pino', 5000),
]

const DEATHS = [
  loss('exit-turn', 'ours', 0),
  loss('exit-turns', 'ours', 0),
  loss('exit-turn', 'winston', 1999, { torn: 1 }),
  loss('exit-turns', 'winston', 160, { twice: 2 }),
  loss('end-turn', 'logtape-non-blocking', 0, { hasEnded: false }),
]

const LOSSES = {
  runs: 3,
  deaths: DEATHS,
  pipes: [
    { contestant: 'ours', turns: true, lines: 1000, grownBytes: 2 * 1024 ** 2, exits: true },
    { contestant: 'pino', turns: false, lines: 0, grownBytes: 0, exits: false },
    { contestant: 'pino-async', turns: true, lines: 100_000, grownBytes: 200 * 1024 ** 2, exits: false },
  ],
  disks: [
    {
      contestant: 'ours',
      logged: 3300,
      kept: 3000,
      lostAfter: 0,
      twice: 0,
      torn: 0,
      threw: 0,
      dropped: 300,
      end: 'ended',
    },
    {
      contestant: 'pino',
      logged: 3300,
      kept: 700,
      lostAfter: 300,
      twice: 0,
      torn: 1,
      threw: 2000,
      dropped: undefined,
      end: 'hung',
    },
  ],
} as const

describe('loggerText', () => {
  const text = loggerText(madeUpLoggerResults(CELLS, DEATHS, { losses: LOSSES }))

  it('tells machine, cells, losses, goals, notes and warnings', () => {
    expect(text).toContain('medians of 5 fresh processes')
    expect(text).toMatch(/@org\/json-logger +2\.00 µs +1\.00 x +4\.00 µs +10 %/)
    expect(text).toMatch(/pino, sync, minLength 4096 +4\.00 µs +2\.00 x/)
    expect(text).toMatch(/winston +1,999, 1 torn \/ 160, 2 twice/)
    expect(text).toMatch(/pino, sync +the event loop stands still +hung, 700 of 3,300 kept/)
    expect(text).toMatch(/a line in a file takes at most 1\.5 x the template floor +2\.00 x +falls short/)
    expect(text).toContain('nothing was run')
    expect(text).toContain('- made up')
  })

  it('leaves out cases of which nothing was measured', () => {
    expect(text).not.toContain('JSON to the null device')
  })
})

describe('loggerSpeedBlock', () => {
  const block = loggerSpeedBlock(madeUpLoggerResults(CELLS))

  it('shows what a line takes and how many times that the cheapest set-up of each takes', () => {
    expect(block).toContain('| JSON to a file | 2.00 µs | 0.50 x | 2.00 x | - | - | - | - |')
    expect(block).toContain('| JSON to the null device | not measured | - | - | - | - | - | - |')
  })

  it("holds the durable case against durability 'line'", () => {
    expect(block).toMatch(/before the call returns \| 4\.00 µs \| - \| 1\.25 x \|/)
  })

  it('shows every goal and where the numbers come from', () => {
    expect(block).toContain('| it has no dependencies | 0 | **met** |')
    expect(block).toMatch(/run of 2026-01-02 on Made-up .* The numbers are medians of 5 fresh processes\.$/)
  })
})

describe('lossesBlock', () => {
  const block = lossesBlock(madeUpLoggerResults(CELLS, DEATHS, { losses: LOSSES }))

  it('has a row for each contestant and a column for each way to die', () => {
    expect(block).toContain('| @org/json-logger | 0 / 0 | - / - |')
    expect(block).toContain('| winston | 1,999, 1 torn / 160, 2 twice |')
    expect(block).toContain('0, does not end / -')
    expect(block).toContain('the worst of 3 runs')
  })

  it('tells the outages in words', () => {
    expect(block).toContain(
      '| @org/json-logger | the loop turns, grows by 2 MiB in 1,000 lines, exits | ended, 3,000 of 3,300 kept, 300 counted as dropped |',
    )
    expect(block).toContain('the loop turns, grows by 200 MiB in 100,000 lines, hangs in exit | not measured |')
    expect(block).toContain('hung, 700 of 3,300 kept, 300 of those after it lost, 2,000 calls threw, 1 torn |')
  })
})

describe('lossWords', () => {
  it.each([
    [{ lost: 0, twice: 0, torn: 0, hasEnded: true }, '0'],
    [{ lost: 20, twice: 0, torn: 1, hasEnded: true }, '20, 1 torn'],
    [{ lost: 0, twice: 99, torn: 0, hasEnded: false }, '0, 99 twice, does not end'],
  ])('%o is told as %s', (cells, words) => {
    expect(lossWords(cells)).toBe(words)
  })
})

describe('loggerGaps', () => {
  it('names a quick run, cells that are missing and deaths that nobody died', () => {
    const gaps = loggerGaps(madeUpLoggerResults(CELLS, DEATHS, { quick: true }))
    expect(gaps[0]).toBe('it was quick')
    expect(gaps).toContain("without 'JSON to a file' of bunyan")
    expect(gaps).toContain("without the death 'idle' of pino, sync")
    expect(gaps).not.toContain("without 'JSON to a file' of @org/json-logger")
    expect(gaps).not.toContain("without the death 'exit-turn' of @org/json-logger")
  })
})
