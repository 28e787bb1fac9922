import { judgeGoals } from '../src/contest/goal.ts'
import type { CaseId } from '../src/disk/cases.ts'
import { type Cell, Findings } from '../src/disk/cell.ts'
import type { ContestantId } from '../src/disk/contestants.ts'
import { GOALS } from '../src/disk/goals.ts'
import type { DiskResults } from '../src/disk/results.ts'
import { madeUpRun } from './made-up.ts'

/** A cell with the numbers that a test needs; half of the time is CPU time. */
export function cell(caseId: CaseId, contestant: ContestantId, wallNs: number, changes: Partial<Cell> = {}): Cell {
  return {
    case: caseId,
    contestant,
    cpuNs: wallNs / 2,
    wallNs,
    timesFloor: undefined,
    fileReads: undefined,
    diskPerByte: undefined,
    gapP99Ms: undefined,
    gapMaxMs: undefined,
    filesP99Ms: undefined,
    beyond: undefined,
    indexBytes: undefined,
    spread: 0.1,
    processes: 5,
    ...changes,
  }
}

/** Results of a run that never was. */
export function madeUpDiskResults(cells: readonly Cell[], changes: Partial<DiskResults> = {}): DiskResults {
  return {
    ...madeUpRun('disk'),
    processes: 5,
    cells,
    goals: judgeGoals(GOALS, new Findings(cells)),
    ...changes,
  }
}
