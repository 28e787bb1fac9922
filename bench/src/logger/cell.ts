import { type CostCell, CostFindings } from '../contest/findings.ts'
import { median, spread } from '../percentile.ts'
import type { CaseId } from './cases.ts'
import type { ContestantId } from './contestants.ts'
import type { DeathId } from './losses/deaths.ts'
import type { LossCell } from './losses/measure-deaths.ts'
import type { Sample } from './sample.ts'

/** What one contestant takes in one case: CPU nanoseconds are of one line or call; of importing: of one import. */
export interface Cell extends CostCell<CaseId, ContestantId> {
  /** Nanoseconds by the clock that one line, or the import, keeps the caller. */
  readonly wallNs: number
}

/** The medians of what several processes found. */
export function cellOf(caseId: CaseId, contestant: ContestantId, samples: readonly Sample[]): Cell {
  const costs = samples.map((sample) => sample.cpuNs)
  return {
    case: caseId,
    contestant,
    cpuNs: median(costs),
    wallNs: median(samples.map((sample) => sample.wallNs)),
    spread: spread(costs),
    processes: samples.length,
  }
}

/** Facts of the package itself, which no process measures. */
export interface PackageFacts {
  /** The index as one minified file, gzipped. */
  readonly bundleBytes: number
  /** Packages that are installed with it. */
  readonly dependencies: number
}

/** What was found of the loggers. */
export class Findings extends CostFindings<CaseId, ContestantId, Cell> {
  readonly package: PackageFacts
  readonly #losses: readonly LossCell[]

  constructor(cells: readonly Cell[], facts: PackageFacts, losses: readonly LossCell[]) {
    super(cells)
    this.package = facts
    this.#losses = losses
  }

  /** Lines lost, torn or written twice over some deaths; NaN where one of them was not measured. */
  harm(contestant: ContestantId, deaths: readonly DeathId[]): number {
    const cells = deaths.map((death) =>
      this.#losses.find((one) => one.death === death && one.contestant === contestant),
    )
    return cells.reduce((sum, cell) => sum + (cell === undefined ? Number.NaN : cell.lost + cell.torn + cell.twice), 0)
  }
}
