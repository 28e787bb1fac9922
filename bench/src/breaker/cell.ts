import { type CostCell, CostFindings } from '../contest/findings.ts'
import { median, spread } from '../percentile.ts'
import type { CaseId } from './cases.ts'
import type { ContestantId } from './contestants.ts'
import type { Sample } from './sample.ts'

/** What one contestant takes in one case: CPU nanoseconds are of one call; of idling: of one second. */
export interface Cell extends CostCell<CaseId, ContestantId> {
  /** Allocated by one call, or held by one idle breaker; `undefined` where it could not be told. */
  readonly bytes: number | undefined
}

/** The medians of what several processes found. */
export function cellOf(caseId: CaseId, contestant: ContestantId, samples: readonly Sample[]): Cell {
  const costs = samples.map((sample) => sample.cpuNs)
  const bytes = samples.flatMap((sample) => sample.bytes ?? [])
  return {
    case: caseId,
    contestant,
    cpuNs: median(costs),
    bytes: bytes.length === 0 ? undefined : median(bytes),
    spread: spread(costs),
    processes: samples.length,
  }
}

/** What was found of the breakers. */
export class Findings extends CostFindings<CaseId, ContestantId, Cell> {
  bytes(caseId: CaseId, contestant: ContestantId): number {
    return this.cell(caseId, contestant)?.bytes ?? Number.NaN
  }

  /** What a contestant's protection itself takes: its cost above the same call without any. */
  ownShare(caseId: CaseId, contestant: ContestantId): number {
    return this.cpuNs(caseId, contestant) - this.cpuNs(caseId, 'bare')
  }
}
