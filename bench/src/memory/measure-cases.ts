import { type Measured, measureInRounds, partsOf, type Rounds } from '../contest/rounds.ts'
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
  const cases = CASES.filter(({ id }) => plan.cases.includes(id))
  const parts = partsOf(cases, CONTESTANTS, (one, id): Job => ({ case: one, contestant: id, plan: planOf(plan, id) }))
  return measureInRounds({ parts, measure: measureJob, cellOf }, plan, progress, signal)
}

function planOf({ warmUpMs, measureMs, share }: MemoryPlan, contestant: ContestantId): SamplePlan {
  return { warmUpMs, measureMs, share: isSlow(contestant) ? share * SLOW_SHARE : share }
}
