import type { CostCell } from '../contest/findings.ts'
import type { ContestCase, Labels } from '../contest/labels.ts'
import type { Measured } from '../contest/rounds.ts'
import { spreadings } from '../contest/spreadings.ts'
import { type Machine, machineWarnings } from '../machine.ts'
import { spreadWarnings } from './spread-warnings.ts'

/** What a contest's run may have to warn of. */
export interface Warned {
  readonly measured: Measured<CostCell<string, string>>
  /** What the suite itself warns of: that the run was quick, and what could not be had. */
  readonly own: readonly string[]
  readonly machine: Machine
  readonly cases: readonly ContestCase[]
  readonly labels: Labels
}

/** What makes the numbers of a contest less sure than they look, the worst first. */
export function contestWarnings({ measured, own, machine, cases, labels }: Warned): string[] {
  return [
    ...measured.faults.map((fault) => `not measured: ${fault}`),
    ...own,
    ...machineWarnings(machine),
    ...spreadWarnings(spreadings(measured.cells, cases, labels)),
  ]
}
