import { judgeGoals } from '../src/contest/goal.ts'
import type { CaseId } from '../src/memory/cases.ts'
import { type Cell, Findings } from '../src/memory/cell.ts'
import type { ContestantId } from '../src/memory/contestants.ts'
import { GOALS } from '../src/memory/goals.ts'
import type { MemoryResults } from '../src/memory/results.ts'
import { madeUpRun } from './made-up.ts'

/** A cell with the numbers that a test needs. */
export function cell(caseId: CaseId, contestant: ContestantId, cpuNs: number, told: Partial<Cell> = {}): Cell {
  return {
    case: caseId,
    contestant,
    cpuNs,
    hitRate: undefined,
    bytes: undefined,
    grownBytes: undefined,
    fillPauseMs: undefined,
    evictPauseMs: undefined,
    spread: 0.1,
    processes: 3,
    ...told,
  }
}

/** Results of a run that never was. */
export function madeUpMemoryResults(cells: readonly Cell[], changes: Partial<MemoryResults> = {}): MemoryResults {
  return {
    ...madeUpRun('memory'),
    processes: 3,
    cells,
    goals: judgeGoals(GOALS, new Findings(cells)),
    ...changes,
  }
}
