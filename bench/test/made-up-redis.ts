import { judgeGoals } from '../src/contest/goal.ts'
import type { CaseId } from '../src/redis/cases.ts'
import { type Cell, Findings } from '../src/redis/cell.ts'
import type { ContestantId } from '../src/redis/contestants.ts'
import { GOALS } from '../src/redis/goals.ts'
import type { RedisResults } from '../src/redis/results.ts'
import { madeUpRun } from './made-up.ts'

/** A cell with the numbers that a test needs; half of the time is CPU time. */
export function cell(caseId: CaseId, contestant: ContestantId, wallNs: number, cpuNs = wallNs / 2): Cell {
  return { case: caseId, contestant, cpuNs, wallNs, slowestNs: wallNs * 1.2, spread: 0.1, processes: 5 }
}

/** Results of a run that never was. */
export function madeUpRedisResults(cells: readonly Cell[], changes: Partial<RedisResults> = {}): RedisResults {
  return {
    ...madeUpRun('redis'),
    processes: 5,
    cells,
    goals: judgeGoals(GOALS, new Findings(cells)),
    ...changes,
  }
}
