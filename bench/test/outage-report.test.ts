import { describe, expect, it } from 'vitest'
import { outageGaps } from '../src/outage/gaps.ts'
import { outageBlock } from '../src/outage/outage-block.ts'
import { outageText } from '../src/outage/terminal.ts'
import { cell, EVERY_FAULT, madeUpOutageResults, p99 } from './made-up-outage.ts'

const KILLED = { getOrSet: p99(20, 30), memory: p99(1, 1.5), waited: 7, writesBackMs: 120 }
const RESULTS = madeUpOutageResults([
  cell('none'),
  cell('kill', { contestant: 'bentocache', hangs: 3437, getOrSet: p99(20, Infinity), writesBackMs: undefined }),
  cell('kill', { ...KILLED, errors: 1, hangs: 2, unhandled: 3 }),
])

describe('outageText', () => {
  const text = outageText(RESULTS)

  it('tells what callers noticed of each fault, before and during it', () => {
    expect(text).toContain('while Redis is away for 5.00 s')
    expect(text).toMatch(
      /kill -9, restarted empty +1 +2 +3 +1\.00 ms → 20\.0 ms +0 % → 50 % +20\.0 ms → 30\.0 ms +1\.50 x +1\.00 ms → 1\.50 ms +7 +120 ms/,
    )
  })

  it('tells what others made of a fault after ours, and no time where there is none', () => {
    expect(text).toMatch(/kill -9.*\n *the same, bentocache +0 +3437 +0 .* → - +- x .* 0 +-\n/)
    expect(text).toMatch(/nothing happens .* 0 +-\n/)
  })

  it('tells goals, notes and warnings, and no fault that was not measured', () => {
    expect(text).toMatch(/writes reach it again within 250 ms of the port opening +120 ms +met/)
    expect(text).toContain('nothing was run')
    expect(text).toContain('- made up')
    expect(text).not.toContain('LOADING')
  })
})

describe('outageBlock', () => {
  const block = outageBlock(RESULTS)

  it('shows the same table, every goal, and where the numbers come from', () => {
    expect(block).toContain('| fault | errors | hangs | unhandled | held p50 | held, loaded | getOrSet p99 |')
    expect(block).toContain(
      '| kill -9, restarted empty | 1 | 2 | 3 | 1.00 ms → 20.0 ms | 0 % → 50 % | 20.0 ms → 30.0 ms | 1.50 x | 1.00 ms → 1.50 ms | 7 | 120 ms |',
    )
    expect(block).toMatch(/\| Redis killed: the p99 of getOrSet .* \| 1\.50 x \| \*\*met\*\* \|/)
    expect(block).toMatch(/run of 2026-01-02 on Made-up .*\.$/)
  })
})

describe('outageGaps', () => {
  const others = [cell('kill', { contestant: 'bentocache' }), cell('freeze', { contestant: 'bentocache' })]

  it('finds none in a full run, and what is missing in any other', () => {
    const full = madeUpOutageResults([...EVERY_FAULT, ...others])
    expect(outageGaps(full)).toEqual([])
    expect(outageGaps({ ...full, quick: true, cells: full.cells.slice(1, -1) })).toEqual([
      'it was quick',
      "without 'nothing happens' of @org/tiered-cache",
      "without 'frozen (SIGSTOP)' of bentocache",
    ])
  })

  it('finds the goals that have no verdict', () => {
    const cells = EVERY_FAULT.map((each) => ({ ...each, writesBackMs: undefined }))
    expect(outageGaps(madeUpOutageResults([...cells, ...others]))).toEqual([
      "no verdict on 'Redis killed: writes reach it again within 250 ms of the port opening'",
    ])
  })
})
