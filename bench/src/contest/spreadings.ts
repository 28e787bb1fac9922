import type { Spreading } from '../suites/spread-warnings.ts'
import type { CostCell } from './findings.ts'
import { type ContestCase, labelOf, type Labels } from './labels.ts'

/** How far the processes of each cell lie apart, in the words of a warning. */
export function spreadings(
  cells: readonly CostCell<string, string>[],
  cases: readonly ContestCase[],
  labels: Labels,
): Spreading[] {
  return cells.map(({ case: caseId, contestant, spread }) => {
    const title = cases.find((one) => one.id === caseId)?.title ?? caseId
    return { place: `'${title}'`, name: labelOf(labels, contestant), spread }
  })
}
