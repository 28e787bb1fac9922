import { formatTimes } from '../report/format.ts'
import type { CostFindings } from './findings.ts'

/** Contestants that a README tells as one. */
export interface Group<ContestantId extends string> {
  readonly title: string
  /** Of those that take part in a case the cheapest is shown. */
  readonly members: readonly ContestantId[]
}

/** How many times the cost of `own` each group's cheapest has; `-` for a group of which nobody takes part. */
export function ratioCells<CaseId extends string, ContestantId extends string>(
  found: CostFindings<CaseId, ContestantId>,
  caseId: CaseId,
  groups: readonly Group<ContestantId>[],
  own: ContestantId,
): string[] {
  return groups.map(({ members }) => {
    const present = members.filter((member) => found.cell(caseId, member) !== undefined)
    return present.length === 0 ? '-' : formatTimes(found.ratio(caseId, present, own))
  })
}
