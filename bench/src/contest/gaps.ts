import { placeOf } from './findings.ts'
import type { GoalResult } from './goal.ts'
import { type ContestCase, labelOf, type Labels } from './labels.ts'

interface Contest {
  readonly quick: boolean
  readonly processes: number
  readonly cells: readonly { readonly case: string; readonly contestant: string; readonly processes: number }[]
  readonly goals: readonly GoalResult[]
}

/** What sets these results apart from those of a full run: `--quick`, and what could not be measured in every process. */
export function contestGaps(results: Contest, cases: readonly ContestCase[], labels: Labels): string[] {
  return [...(results.quick ? ['it was quick'] : []), ...cellGaps(results, cases, labels), ...goalGaps(results)]
}

function cellGaps({ cells, processes }: Contest, cases: readonly ContestCase[], labels: Labels): string[] {
  const whole = new Set(cells.filter((cell) => cell.processes === processes).map(placeOf))
  return cases.flatMap((one) =>
    one.contestants
      .filter((contestant) => !whole.has(placeOf({ case: one.id, contestant })))
      .map((contestant) => `without '${one.title}' of ${labelOf(labels, contestant)}`),
  )
}

/** A part that could not be told leaves a goal open. */
function goalGaps({ goals }: Contest): string[] {
  return goals.filter((goal) => goal.verdict === 'not measured').map((goal) => `no verdict on '${goal.says}'`)
}
