import { type Measured, measureInRounds, partsOf, type Rounds } from '../contest/rounds.ts'
import type { Progress } from '../progress.ts'
import { CASES } from './cases.ts'
import { type Cell, cellOf } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import { measureJob } from './processes.ts'
import type { Job } from './run-case.ts'
import type { SamplePlan } from './sample.ts'

/** How much to measure. */
export interface BreakerPlan extends SamplePlan, Rounds {}

/** Measures every contestant in every case it takes part in. */
export function measureCases(plan: BreakerPlan, progress: Progress, signal: AbortSignal): Promise<Measured<Cell>> {
  const parts = partsOf(CASES, CONTESTANTS, (one, contestant): Job => ({ case: one, contestant, plan }))
  return measureInRounds({ parts, measure: measureJob, cellOf }, plan, progress, signal)
}
