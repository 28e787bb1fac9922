import { type Measured, measureInRounds, partsOf, type Rounds } from '../contest/rounds.ts'
import type { Progress } from '../progress.ts'
import { type CaseId, CASES } from './cases.ts'
import { type Cell, cellOf } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import { withNamespace } from './namespace.ts'
import { measureJob } from './processes.ts'
import type { Job } from './run-case.ts'
import type { SamplePlan } from './sample.ts'

/** How much to measure. */
export interface RedisPlan extends SamplePlan, Rounds {
  readonly cases: readonly CaseId[]
}

/** Measures every contestant in every case of the plan that it takes part in, on the server of `url`. */
export function measureCases(
  url: string,
  plan: RedisPlan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Measured<Cell>> {
  const cases = CASES.filter(({ id }) => plan.cases.includes(id))
  return withNamespace(url, (namespace) => {
    const parts = partsOf(cases, CONTESTANTS, (one, contestant): Job => {
      // One for each part: processes that run at the same time must not meet.
      return { case: one, contestant, namespace: `${namespace}${one.id}:${contestant}:`, plan }
    })
    return measureInRounds({ parts, measure: (job) => measureJob(job, url, signal), cellOf }, plan, progress, signal)
  })
}
