import type { Cost } from '../contest/cost.ts'
import { type CostCell, CostFindings } from '../contest/findings.ts'
import { median, spread } from '../percentile.ts'
import type { CaseId } from './cases.ts'
import type { ContestantId } from './contestants.ts'

/** What one contestant takes in one case: of one key, or of one call for many. */
export interface Cell extends CostCell<CaseId, ContestantId> {
  /** Nanoseconds by the clock. */
  readonly wallNs: number
  /** Of the slowest process, what the contestants are compared by: see {@link isByCpu}. */
  readonly slowestNs: number
}

/** The medians of what several processes found. */
export function cellOf(caseId: CaseId, contestant: ContestantId, samples: readonly Cost[]): Cell {
  const judged = samples.map((sample) => judgedNs(caseId, sample))
  return {
    case: caseId,
    contestant,
    cpuNs: median(samples.map(({ cpuNs }) => cpuNs)),
    wallNs: median(samples.map(({ wallNs }) => wallNs)),
    slowestNs: Math.max(...judged),
    spread: spread(judged),
    processes: samples.length,
  }
}

/** Whether a case is told by CPU time: a hit in memory waits for nobody, so that it says the same as the clock and is disturbed less. */
export function isByCpu(caseId: CaseId): boolean {
  return caseId === 'sync' || caseId === 'awaited'
}

/** What the contestants of a case are compared by. */
export function judgedNs(caseId: CaseId, { cpuNs, wallNs }: Cost): number {
  return isByCpu(caseId) ? cpuNs : wallNs
}

/** What was found of the caches and clients: compared by the clock, hits in memory by CPU time. */
export class Findings extends CostFindings<CaseId, ContestantId, Cell> {
  override cost(caseId: CaseId, contestant: ContestantId): number {
    const cell = this.cell(caseId, contestant)
    return cell === undefined ? Number.NaN : judgedNs(caseId, cell)
  }
}
