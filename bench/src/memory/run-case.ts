// Started by processes.ts: measures one contestant in one case and tells its parent.
import { answerParent } from '../contest/child-answer.ts'
import type { Case } from './cases.ts'
import { type ContestantId, subjectOf } from './contestants.ts'
import { sampleBytes, sampleGrowth } from './memory-held.ts'
import { samplePauses } from './pauses.ts'
import { sampleAwaited, sampleHits, sampleMisses } from './reads.ts'
import type { Sample, SamplePlan } from './sample.ts'
import type { Store } from './store.ts'
import { sampleEvictions, sampleOverwrites, sampleReplay } from './writes.ts'

/** What one process is asked for. */
export interface Job {
  readonly case: Pick<Case, 'kind' | 'entries'>
  readonly contestant: ContestantId
  readonly plan: SamplePlan
}

type Sampler = (store: Store, entries: number, plan: SamplePlan) => Promise<Sample> | Sample

const SAMPLERS: Readonly<Record<Exclude<Case['kind'], 'awaited'>, Sampler>> = {
  hit: sampleHits,
  miss: sampleMisses,
  overwrite: sampleOverwrites,
  evict: sampleEvictions,
  replay: sampleReplay,
  bytes: sampleBytes,
  growth: sampleGrowth,
  pauses: samplePauses,
}

await answerParent(sample)

async function sample({ case: { kind, entries }, contestant, plan }: Job): Promise<Sample> {
  if (kind === 'awaited') return sampleAwaited((await subjectOf(contestant, 'awaited'))(entries), entries, plan)
  return SAMPLERS[kind]((await subjectOf(contestant, 'store'))(entries), entries, plan)
}
