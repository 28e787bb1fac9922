import { type Measured, measureInRounds, partsOf, type Rounds } from '../contest/rounds.ts'
import type { Progress } from '../progress.ts'
import { withRunFolder } from '../results-folder.ts'
import { type CaseId, CASES } from './cases.ts'
import { type Cell, cellOf } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import { measureJob } from './processes.ts'
import type { SamplePlan } from './sample.ts'

/** How much to measure. */
export interface DiskPlan extends SamplePlan, Rounds {
  readonly cases: readonly CaseId[]
}

/** Measures every contestant in every case of the plan that it takes part in. */
export function measureCases(plan: DiskPlan, progress: Progress, signal: AbortSignal): Promise<Measured<Cell>> {
  const cases = CASES.filter(({ id }) => plan.cases.includes(id))
  const parts = partsOf(cases, CONTESTANTS, (one, contestant) => ({ case: one, contestant, plan }))
  return withRunFolder((folder) =>
    measureInRounds({ parts, measure: (job) => measureJob(job, folder, signal), cellOf }, plan, progress, signal),
  )
}
