import { type Measured, measureInRounds, type Part, type Rounds } from '../contest/rounds.ts'
import type { Progress } from '../progress.ts'
import { type CaseId, CASES } from './cases.ts'
import { type Cell, cellOf } from './cell.ts'
import { CONTESTANTS, type ContestantId } from './contestants.ts'
import { measureJob } from './processes.ts'
import type { Job } from './run-case.ts'
import type { SamplePlan } from './sample.ts'

/** How much to measure. */
export interface BreakerPlan extends SamplePlan, Rounds {}

/** Measures every contestant in every case it takes part in. */
export function measureCases(plan: BreakerPlan, progress: Progress, signal: AbortSignal): Promise<Measured<Cell>> {
  return measureInRounds({ parts: partsOf(plan), measure: measureJob, cellOf }, plan, progress, signal)
}

function partsOf(plan: SamplePlan): Part<CaseId, ContestantId, Job>[] {
  return CASES.flatMap((one) =>
    one.contestants.map((contestant: ContestantId) => ({
      case: one.id,
      contestant,
      label: `${one.id}, ${CONTESTANTS[contestant].label}`,
      job: { case: one, contestant, plan },
    })),
  )
}
