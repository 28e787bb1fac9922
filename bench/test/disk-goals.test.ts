import { describe, expect, it } from 'vitest'
import { judgeGoals } from '../src/contest/goal.ts'
import { type CaseId, CASES } from '../src/disk/cases.ts'
import { type Cell, cellOf, Findings, type Measure } from '../src/disk/cell.ts'
import type { ContestantId } from '../src/disk/contestants.ts'
import { GOALS } from '../src/disk/goals.ts'
import { cell } from './made-up-disk.ts'

const judged = (id: string, ...cells: readonly Cell[]) =>
  judgeGoals(GOALS, new Findings(cells)).find((goal) => goal.id === id)

describe('cellOf', () => {
  it('takes medians over the processes, of ratios too', () => {
    const samples = [
      { cpuNs: 10, wallNs: 100, floorNs: 50 },
      { cpuNs: 30, wallNs: 300, floorNs: 60 },
      { cpuNs: 20, wallNs: 200, floorNs: 20 },
    ]
    expect(cellOf('get-10k', 'ours', samples)).toMatchObject({ cpuNs: 20, wallNs: 200, timesFloor: 5, processes: 3 })
    expect(cellOf('get-10k', 'ours', samples).spread).toBe(1)
  })

  it('tells how far apart lies what the case is about', () => {
    const samples = [1, 2, 3].map((times) => ({ cpuNs: 1, wallNs: 100, diskPerByte: times }))
    expect(cellOf('bytes-200', 'ours', samples)).toMatchObject({ diskPerByte: 2, spread: 1 })
  })

  it('has nothing where the case tells nothing', () => {
    expect(cellOf('set-200', 'ours', [{ cpuNs: 1, wallNs: 1 }]).timesFloor).toBeUndefined()
  })
})

describe('the goals of the disk suite', () => {
  it('name only contestants that take part in the case they look at', () => {
    const parts = new Set(CASES.flatMap((one) => one.contestants.map((contestant) => `${one.id}/${contestant}`)))
    const strangers: string[] = []
    const watch = (caseId: CaseId, contestant: ContestantId): number => {
      if (!parts.has(`${caseId}/${contestant}`)) strangers.push(`${caseId}/${contestant}`)
      return 1
    }
    const watched = new (class extends Findings {
      override cost(caseId: CaseId, contestant: ContestantId): number {
        return watch(caseId, contestant)
      }
      override of(caseId: CaseId, contestant: ContestantId): number {
        return watch(caseId, contestant)
      }
    })([])
    for (const goal of GOALS) goal.measure(watched)
    expect(strangers).toEqual([])
  })

  it('have an id each, and are not measured where a part of them is missing', () => {
    expect(new Set(GOALS.map(({ id }) => id)).size).toBe(GOALS.length)
    expect(new Set(judgeGoals(GOALS, new Findings([])).map(({ verdict }) => verdict))).toEqual(
      new Set(['not measured']),
    )
  })

  it.each([
    ['get-200-timesFloor', 'get-200', 'timesFloor', 3],
    ['get-4k-timesFloor', 'get-4k', 'timesFloor', 1.8],
    ['get-10k-timesFloor', 'get-10k', 'timesFloor', 1.8],
    ['get-64k-timesFloor', 'get-64k', 'timesFloor', 1.8],
    ['bytes-200-diskPerByte', 'bytes-200', 'diskPerByte', 1.6],
    ['bytes-10k-diskPerByte', 'bytes-10k', 'diskPerByte', 1.05],
    ['bound-beyond', 'bound', 'beyond', 1],
    ['open-1m-indexBytes', 'open-1m', 'indexBytes', 48],
  ] as const satisfies readonly (readonly [string, CaseId, Measure, number])[])(
    '%s: in %s, %s is at most %d',
    (id, caseId, measure, limit) => {
      expect(judged(id, cell(caseId, 'ours', 1, { [measure]: limit }))?.verdict).toBe('met')
      expect(judged(id, cell(caseId, 'ours', 1, { [measure]: limit * 1.01 }))?.verdict).toBe('falls short')
    },
  )

  it.each([
    ['get-10k-files', 'get-10k', 'files', 8],
    ['set-200-node-sqlite', 'set-200', 'node-sqlite', 5],
    ['set-10k-node-sqlite', 'set-10k', 'node-sqlite', 5],
    ['set-200-keyv-file', 'set-200', 'keyv-file', 100],
  ] as const)('%s: by the clock, at %s the time of %s is at least so many times ours', (id, caseId, other, times) => {
    const ours = cell(caseId, 'ours', 100)
    expect(judged(id, ours, cell(caseId, other, 100 * times + 1))?.verdict).toBe('met')
    expect(judged(id, ours, cell(caseId, other, 100 * times - 1))?.verdict).toBe('falls short')
  })

  it('hold a miss against the clock, and opening against CPU time', () => {
    expect(judged('miss-time', cell('miss', 'ours', 1500))?.verdict).toBe('met')
    expect(judged('miss-time', cell('miss', 'ours', 1501))?.verdict).toBe('falls short')
    expect(judged('open-cpu', cell('open-1m', 'ours', 1, { cpuNs: 500e6 }))).toMatchObject({
      measured: 500,
      verdict: 'met',
    })
    expect(judged('open-cpu', cell('open-1m', 'ours', 1, { cpuNs: 501e6 }))?.verdict).toBe('falls short')
  })
})
