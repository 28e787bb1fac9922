import { median, spread } from '../percentile.ts'
import type { CaseId } from './cases.ts'
import type { ContestantId } from './contestants.ts'
import type { Sample } from './sample.ts'

/** What one contestant takes in one case: medians over processes. */
export interface Cell {
  readonly case: CaseId
  readonly contestant: ContestantId
  /** CPU nanoseconds for one call; of idling: for one second. */
  readonly cpuNs: number
  /** Allocated by one call, or held by one idle breaker; `undefined` where it could not be told. */
  readonly bytes: number | undefined
  /** (max - min) / median over the processes. */
  readonly spread: number
  readonly processes: number
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

/** Answers what was found; NaN for what was not, so that all arithmetic with it says so too. */
export class Findings {
  readonly #cells: ReadonlyMap<string, Cell>

  constructor(cells: readonly Cell[]) {
    this.#cells = new Map(cells.map((cell) => [key(cell.case, cell.contestant), cell]))
  }

  cpuNs(caseId: CaseId, contestant: ContestantId): number {
    return this.#cells.get(key(caseId, contestant))?.cpuNs ?? Number.NaN
  }

  bytes(caseId: CaseId, contestant: ContestantId): number {
    return this.#cells.get(key(caseId, contestant))?.bytes ?? Number.NaN
  }

  /** How many times the cost of `below` the cost of the cheapest of `above` is. */
  ratio(caseId: CaseId, above: readonly ContestantId[], below: ContestantId): number {
    return Math.min(...above.map((contestant) => this.cpuNs(caseId, contestant))) / this.cpuNs(caseId, below)
  }

  /** What a contestant's protection itself takes: its cost above the same call without any. */
  ownShare(caseId: CaseId, contestant: ContestantId): number {
    return this.cpuNs(caseId, contestant) - this.cpuNs(caseId, 'bare')
  }
}

function key(caseId: CaseId, contestant: ContestantId): string {
  return `${caseId}/${contestant}`
}
