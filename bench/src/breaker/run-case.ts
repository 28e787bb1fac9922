// Started by processes.ts: measures one contestant in one case and tells its parent.
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

/** What it answers. */
export type Answer = { readonly sample: Sample } | { readonly fault: string }

const answer = await answerTo(JSON.parse(process.argv[2] ?? '') as Job)
// Some contestants leave timers behind that would keep the process for minutes.
process.send?.(answer, () => process.exit())

async function answerTo(job: Job): Promise<Answer> {
  try {
    return { sample: await sample(job) }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

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
