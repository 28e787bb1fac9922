import { CASES } from './cases.ts'
import { CONTESTANTS, type ContestantId } from './contestants.ts'
import type { BreakerResults } from './results.ts'

/** What sets these results apart from those of a full run: `--quick`, and what could not be measured in every process. */
export function breakerGaps(results: BreakerResults): string[] {
  return [...(results.quick ? ['it was quick'] : []), ...cellGaps(results), ...goalGaps(results)]
}

function cellGaps({ cells, processes }: BreakerResults): string[] {
  const whole = new Set(cells.filter((cell) => cell.processes === processes).map((cell) => key(cell)))
  return CASES.flatMap((one) =>
    one.contestants
      .filter((contestant: ContestantId) => !whole.has(key({ case: one.id, contestant })))
      .map((contestant: ContestantId) => `without '${one.title}' of ${CONTESTANTS[contestant].label}`),
  )
}

function key({ case: caseId, contestant }: { readonly case: string; readonly contestant: string }): string {
  return `${caseId}/${contestant}`
}

/** A cell without bytes leaves a goal about bytes open. */
function goalGaps({ goals }: BreakerResults): string[] {
  return goals.filter((goal) => goal.verdict === 'not measured').map((goal) => `no verdict on '${goal.says}'`)
}
