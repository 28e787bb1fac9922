import { judgeGoals } from '../src/contest/goal.ts'
import type { CaseId } from '../src/memory/cases.ts'
import { type Cell, Findings } from '../src/memory/cell.ts'
import type { ContestantId } from '../src/memory/contestants.ts'
import { GOALS } from '../src/memory/goals.ts'
import type { MemoryResults } from '../src/memory/results.ts'
import { madeUpResults } from './made-up.ts'

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
  const { startedAt, tookMs, quick, machine } = madeUpResults()
  return {
    format: 1,
    suite: 'memory',
    startedAt,
    tookMs,
    quick,
    processes: 3,
    machine: { ...machine, redis: undefined, filesystem: undefined },
    cells,
    goals: judgeGoals(GOALS, new Findings(cells)),
    warnings: ['made up'],
    notes: ['nothing was run'],
    ...changes,
  }
}
