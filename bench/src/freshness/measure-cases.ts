import { type Measured, measureInRounds, partsOf, type Rounds } from '../contest/rounds.ts'
import type { SamplePlan } from '../memory/sample.ts'
import type { Progress } from '../progress.ts'
import { type CaseId, CASES } from './cases.ts'
import { type Cell, cellOf } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import { measureJob } from './processes.ts'
import type { Job } from './run-case.ts'

/** How much to measure. */
export interface FreshnessPlan extends SamplePlan, Rounds {
  readonly cases: readonly CaseId[]
}

/** Measures every contestant in every case of the plan that it takes part in. */
export function measureCases(plan: FreshnessPlan, progress: Progress, signal: AbortSignal): Promise<Measured<Cell>> {
  const cases = CASES.filter(({ id }) => plan.cases.includes(id))
  const parts = partsOf(cases, CONTESTANTS, (one, contestant): Job => ({ case: one, contestant, plan }))
  return measureInRounds({ parts, measure: measureJob, cellOf }, plan, progress, signal)
}
