import { judgeGoals } from '../src/contest/goal.ts'
import type { CaseId } from '../src/logger/cases.ts'
import { type Cell, Findings } from '../src/logger/cell.ts'
import type { ContestantId } from '../src/logger/contestants.ts'
import { GOALS } from '../src/logger/goals.ts'
import type { DeathId } from '../src/logger/losses/deaths.ts'
import type { LossCell } from '../src/logger/losses/measure-deaths.ts'
import type { LoggerResults } from '../src/logger/results.ts'
import { madeUpRun } from './made-up.ts'

/** A cell with the numbers that a test needs. */
export function cell(caseId: CaseId, contestant: ContestantId, cpuNs: number): Cell {
  return { case: caseId, contestant, cpuNs, wallNs: 2 * cpuNs, spread: 0.1, processes: 5 }
}

/** A death with the losses that a test needs. */
export function loss(
  death: DeathId,
  contestant: ContestantId,
  lost: number,
  changes: Partial<LossCell> = {},
): LossCell {
  return { death, contestant, lost, twice: 0, torn: 0, hasEnded: true, ...changes }
}

/** Results of a run that never was. */
export function madeUpLoggerResults(
  cells: readonly Cell[],
  deaths: readonly LossCell[] = [],
  changes: Partial<LoggerResults> = {},
): LoggerResults {
  const run = madeUpRun('logger')
  const facts = { bundleBytes: 12_000, dependencies: 0 }
  return {
    ...run,
    processes: 5,
    machine: { ...run.machine, filesystem: 'ext4' },
    cells,
    package: facts,
    losses: { runs: 3, deaths, pipes: [], disks: [] },
    goals: judgeGoals(GOALS, new Findings(cells, facts, deaths)),
    ...changes,
  }
}
