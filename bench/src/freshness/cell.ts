import { type CostCell, CostFindings } from '../contest/findings.ts'
import { median, spread } from '../percentile.ts'
import type { CaseId } from './cases.ts'
import type { ContestantId } from './contestants.ts'
import type { Sample } from './sample.ts'

/** What one contestant takes in one case: CPU nanoseconds are of one operation. What a case does not tell is `undefined`. */
export interface Cell extends CostCell<CaseId, ContestantId> {
  /** By the clock, where that is what the case is about. */
  readonly wallNs: number | undefined
  /** The first read after an invalidation, by the clock. */
  readonly afterNs: number | undefined
}

/** The medians of what several processes found. */
export function cellOf(caseId: CaseId, contestant: ContestantId, samples: readonly Sample[]): Cell {
  return {
    case: caseId,
    contestant,
    cpuNs: median(samples.map(({ cpuNs }) => cpuNs)),
    wallNs: medianOf(samples, 'wallNs'),
    afterNs: medianOf(samples, 'afterNs'),
    spread: spread(samples.map(judgedNs)),
    processes: samples.length,
  }
}

function medianOf(samples: readonly Sample[], field: 'wallNs' | 'afterNs'): number | undefined {
  const values = samples.flatMap((sample) => sample[field] ?? [])
  return values.length === 0 ? undefined : median(values)
}

/** What the contestants of a case are compared by: the clock where it was looked at, else CPU time, which is disturbed less. */
function judgedNs({ wallNs, cpuNs }: { readonly wallNs?: number | undefined; readonly cpuNs: number }): number {
  return wallNs ?? cpuNs
}

/** What was found of the caches. */
export class Findings extends CostFindings<CaseId, ContestantId, Cell> {
  override cost(caseId: CaseId, contestant: ContestantId): number {
    const cell = this.cell(caseId, contestant)
    return cell === undefined ? Number.NaN : judgedNs(cell)
  }
}
