import { type CostCell, CostFindings } from '../contest/findings.ts'
import { median, spread } from '../percentile.ts'
import type { CaseId } from './cases.ts'
import type { ContestantId } from './contestants.ts'
import type { Sample } from './sample.ts'

/** What one contestant takes in one case; what the case does not tell is `undefined`. */
export interface Cell extends CostCell<CaseId, ContestantId> {
  /** Nanoseconds by the clock: what contestants are compared by. */
  readonly wallNs: number
  /** How many times the plain file of the same process it takes. */
  readonly timesFloor: number | undefined
  readonly fileReads: number | undefined
  readonly diskPerByte: number | undefined
  readonly gapP99Ms: number | undefined
  readonly gapMaxMs: number | undefined
  readonly filesP99Ms: number | undefined
  readonly beyond: number | undefined
  readonly indexBytes: number | undefined
}

/** What a cell may tell beside its costs. */
export type Measure = Exclude<keyof Cell, keyof CostCell<CaseId, ContestantId>>

/** The medians of what several processes found. */
export function cellOf(caseId: CaseId, contestant: ContestantId, samples: readonly Sample[]): Cell {
  const of = (measure: (sample: Sample) => number | undefined): number | undefined => {
    const values = samples.flatMap((sample) => measure(sample) ?? [])
    return values.length === 0 ? undefined : median(values)
  }
  return {
    case: caseId,
    contestant,
    cpuNs: median(samples.map(({ cpuNs }) => cpuNs)),
    wallNs: median(samples.map(({ wallNs }) => wallNs)),
    timesFloor: of(({ wallNs, floorNs }) => (floorNs === undefined ? undefined : wallNs / floorNs)),
    fileReads: of(({ fileReads }) => fileReads),
    diskPerByte: of(({ diskPerByte }) => diskPerByte),
    gapP99Ms: of(({ gapP99Ms }) => gapP99Ms),
    gapMaxMs: of(({ gapMaxMs }) => gapMaxMs),
    filesP99Ms: of(({ filesP99Ms }) => filesP99Ms),
    beyond: of(({ beyond }) => beyond),
    indexBytes: of(({ indexBytes }) => indexBytes),
    spread: spread(samples.map(told)),
    processes: samples.length,
  }
}

/** What a case is about. */
function told({ wallNs, cpuNs, diskPerByte, gapP99Ms, indexBytes, beyond }: Sample): number {
  if (beyond !== undefined) return beyond + 1
  return diskPerByte ?? gapP99Ms ?? (indexBytes === undefined ? wallNs : cpuNs)
}

/** What was found of the stores: compared by the clock. */
export class Findings extends CostFindings<CaseId, ContestantId, Cell> {
  override cost(caseId: CaseId, contestant: ContestantId): number {
    return this.cell(caseId, contestant)?.wallNs ?? Number.NaN
  }

  /** NaN where it was not measured. */
  of(caseId: CaseId, contestant: ContestantId, measure: Measure): number {
    return this.cell(caseId, contestant)?.[measure] ?? Number.NaN
  }
}
