// Started by processes.ts: measures one contestant in one case and tells its parent.
import { answerParent } from '../contest/child-answer.ts'
import type { Case } from './cases.ts'
import { type ContestantId, subjectOf } from './contestants.ts'
import { sampleIdle } from './idle.ts'
import { awaitedLoop, burstLoop, syncLoop } from './loops.ts'
import { type Sample, sampleCalls, type SamplePlan } from './sample.ts'
import type { AsyncCall, MakeOne, SyncCall } from './subject.ts'

/** What one process is asked for. */
export interface Job {
  readonly case: Case
  readonly contestant: ContestantId
  readonly plan: SamplePlan
}

await answerParent(sample)

async function sample({ case: { kind, subject, count }, contestant, plan }: Job): Promise<Sample> {
  const call = await (await subjectOf(contestant, subject))()
  if (kind === 'idle') return sampleIdle(call as MakeOne, count, plan)
  if (kind === 'burst') return sampleCalls((calls) => burstLoop(call as AsyncCall, calls), count, plan)
  const run =
    kind === 'sync'
      ? (calls: number) => syncLoop(call as SyncCall, calls)
      : (calls: number) => awaitedLoop(call as AsyncCall, calls)
  return sampleCalls(run, undefined, plan)
}
