import type { CaseId } from '../src/breaker/cases.ts'
import { type Cell, Findings } from '../src/breaker/cell.ts'
import type { ContestantId } from '../src/breaker/contestants.ts'
import { GOALS } from '../src/breaker/goals.ts'
import type { BreakerResults } from '../src/breaker/results.ts'
import { judgeGoals } from '../src/contest/goal.ts'
import { madeUpRun } from './made-up.ts'

/** A cell with the numbers that a test needs. */
export function cell(caseId: CaseId, contestant: ContestantId, cpuNs: number, bytes = 200): Cell {
  return { case: caseId, contestant, cpuNs, bytes, spread: 0.1, processes: 5 }
}

/** Results of a run that never was. */
export function madeUpBreakerResults(cells: readonly Cell[], changes: Partial<BreakerResults> = {}): BreakerResults {
  return {
    ...madeUpRun('breaker'),
    processes: 5,
    cells,
    goals: judgeGoals(GOALS, new Findings(cells)),
    ...changes,
  }
}
