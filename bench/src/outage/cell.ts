import type { ContestantId } from './contestants.ts'
import type { FaultId } from './faults.ts'
import type { Found } from './run-traffic.ts'

/** What became of the requests, and how calm the machine was. */
export interface Measure extends Found {
  /** The longest that a process beside the one that is measured was kept waiting before and during the fault. */
  readonly stalledMs: number
}

/** What one contestant made of one fault. */
export interface Cell extends Measure {
  readonly fault: FaultId
  readonly contestant: ContestantId
}

const LONGEST_STALL_MS = 15
const MOST_LOADED_BEFORE = 0.02

/** Whether the machine did not stand still, and Redis was in use until the fault. */
export function isCalm({ stalledMs, loaded }: Measure): boolean {
  return stalledMs <= LONGEST_STALL_MS && loaded.before <= MOST_LOADED_BEFORE
}

/** What the goals are judged by; NaN for what was not measured. */
export class Findings {
  readonly #own: readonly Cell[]
  /** How many faults there are to be put through. */
  readonly #faults: number

  constructor(cells: readonly Cell[], faults: number) {
    this.#own = cells.filter(({ contestant }) => contestant === 'ours')
    this.#faults = faults
  }

  /** A number of ours under one fault. */
  of(fault: FaultId, measure: (cell: Cell) => number | undefined): number {
    const cell = this.#own.find((each) => each.fault === fault)
    return (cell && measure(cell)) ?? Number.NaN
  }

  /** A number of ours, summed over all faults. */
  sum(measure: (cell: Cell) => number): number {
    if (this.#own.length < this.#faults) return Number.NaN
    return this.#own.reduce((sum, cell) => sum + measure(cell), 0)
  }
}

/** How many times the p99 before the fault the one during it is. */
export function slowdown({ before, during }: Cell['getOrSet']): number {
  return during.p99Ms / before.p99Ms
}
