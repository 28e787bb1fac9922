import { describe, expect, it } from 'vitest'
import { judgeGoals } from '../src/contest/goal.ts'
import { type Cell, Findings } from '../src/outage/cell.ts'
import { FAULTS } from '../src/outage/faults.ts'
import { GOALS } from '../src/outage/goals.ts'
import { cell, EVERY_FAULT, p99 } from './made-up-outage.ts'

const judged = (id: string, ...cells: readonly Cell[]) =>
  judgeGoals(GOALS, new Findings(cells, FAULTS.length)).find((goal) => goal.id === id)

describe('the goals of the outage suite', () => {
  it('are not measured where a part of them is missing', () => {
    expect(judgeGoals(GOALS, new Findings([], FAULTS.length)).map(({ verdict }) => verdict)).toEqual(
      GOALS.map(() => 'not measured'),
    )
  })

  it.each([
    ['kill', 2],
    ['freeze', 4],
  ] as const)('%s: hold the p99 of getOrSet during it against that of before', (fault, times) => {
    expect(judged(`${fault}-p99`, cell(fault, { getOrSet: p99(20, 20 * times) }))).toMatchObject({
      measured: times,
      verdict: 'met',
    })
    expect(judged(`${fault}-p99`, cell(fault, { getOrSet: p99(20, 20 * times + 1) }))?.verdict).toBe('falls short')
  })

  it('allow hits in memory a millisecond more, and count none less', () => {
    expect(judged('kill-memory', cell('kill', { memory: p99(1, 2) }))).toMatchObject({ measured: 1, verdict: 'met' })
    expect(judged('kill-memory', cell('kill', { memory: p99(1, 2.1) }))?.verdict).toBe('falls short')
    expect(judged('kill-memory', cell('kill', { memory: p99(9, 1) }))?.measured).toBe(0)
  })

  it('want writes back in time, and do not know of those that never came', () => {
    expect(judged('kill-back', cell('kill', { writesBackMs: 250 }))?.verdict).toBe('met')
    expect(judged('kill-back', cell('kill', { writesBackMs: 251 }))?.verdict).toBe('falls short')
    expect(judged('kill-back', cell('kill', { writesBackMs: undefined }))?.verdict).toBe('not measured')
  })

  it('let as many requests wait as come within one deadline, and 20 more', () => {
    const frozen = (waited: number, passedDeadlineMs?: number) =>
      judged('freeze-waited', cell('freeze', { waited, passedDeadlineMs, askingRate: 600 }))
    expect(frozen(26, 10)).toMatchObject({ measured: 20, verdict: 'met' })
    expect(frozen(27, 10)?.verdict).toBe('falls short')
    expect(frozen(20)?.verdict).toBe('met')
    expect(frozen(21)?.verdict).toBe('falls short')
  })

  it.each(['errors', 'hangs', 'unhandled'] as const)('%s: allow none, over all faults', (id) => {
    expect(judged(id, ...EVERY_FAULT)).toMatchObject({ measured: 0, verdict: 'met' })
    expect(judged(id, ...EVERY_FAULT.slice(1))?.verdict).toBe('not measured')
    const others = EVERY_FAULT.slice(1)
    expect(judged(id, cell('none', { [id]: 2 }), ...others)).toMatchObject({ measured: 2, verdict: 'falls short' })
  })

  it('are about ours alone', () => {
    const other = cell('kill', { contestant: 'bentocache', getOrSet: p99(1, 1000), errors: 5, hangs: 5 })
    for (const cells of [
      [other, ...EVERY_FAULT],
      [...EVERY_FAULT, other],
    ]) {
      const verdicts = judgeGoals(GOALS, new Findings(cells, FAULTS.length)).map(({ verdict }) => verdict)
      expect(verdicts).toEqual(GOALS.map(() => 'met'))
    }
  })
})
