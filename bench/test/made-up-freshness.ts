import { judgeGoals } from '../src/contest/goal.ts'
import type { CaseId } from '../src/freshness/cases.ts'
import { type Cell, Findings } from '../src/freshness/cell.ts'
import type { ContestantId } from '../src/freshness/contestants.ts'
import { GOALS } from '../src/freshness/goals.ts'
import type { FreshnessResults } from '../src/freshness/results.ts'
import { madeUpRun } from './made-up.ts'

/** A cell with the numbers that a test needs. */
export function cell(caseId: CaseId, contestant: ContestantId, cpuNs: number, told: Partial<Cell> = {}): Cell {
  return {
    case: caseId,
    contestant,
    cpuNs,
    wallNs: undefined,
    afterNs: undefined,
    spread: 0.1,
    processes: 5,
    ...told,
  }
}

/** Results of a run that never was. */
export function madeUpFreshnessResults(
  cells: readonly Cell[],
  changes: Partial<FreshnessResults> = {},
): FreshnessResults {
  return {
    ...madeUpRun('freshness'),
    processes: 5,
    cells,
    goals: judgeGoals(GOALS, new Findings(cells)),
    ...changes,
  }
}
