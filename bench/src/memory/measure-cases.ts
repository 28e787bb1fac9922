import { type Measured, measureInRounds, type Part, type Rounds } from '../contest/rounds.ts'
import type { Progress } from '../progress.ts'
import { type CaseId, CASES } from './cases.ts'
import { type Cell, cellOf } from './cell.ts'
import { CONTESTANTS, type ContestantId, isSlow } from './contestants.ts'
import { measureJob } from './processes.ts'
import type { Job } from './run-case.ts'
import type { SamplePlan } from './sample.ts'

/** How much to measure. */
export interface MemoryPlan extends SamplePlan, Rounds {
  readonly cases: readonly CaseId[]
}

/** Of the sets of the others, what the slow ones get. */
const SLOW_SHARE = 1 / 16

/** Measures every contestant in every case of the plan that it takes part in. */
export function measureCases(plan: MemoryPlan, progress: Progress, signal: AbortSignal): Promise<Measured<Cell>> {
  return measureInRounds({ parts: partsOf(plan), measure: measureJob, cellOf }, plan, progress, signal)
}

function partsOf(plan: MemoryPlan): Part<CaseId, ContestantId, Job>[] {
  return CASES.filter(({ id }) => plan.cases.includes(id)).flatMap((one) =>
    one.contestants.map((contestant: ContestantId) => ({
      case: one.id,
      contestant,
      label: `${one.id}, ${CONTESTANTS[contestant].label}`,
      job: { case: one, contestant, plan: planOf(plan, contestant) },
    })),
  )
}

function planOf({ warmUpMs, measureMs, share }: MemoryPlan, contestant: ContestantId): SamplePlan {
  return { warmUpMs, measureMs, share: isSlow(contestant) ? share * SLOW_SHARE : share }
}
