// Started by processes.ts: measures one contestant in one case and tells its parent.
import { answerParent } from '../contest/child-answer.ts'
import { sampleAwaited, sampleHits } from '../memory/reads.ts'
import type { SamplePlan } from '../memory/sample.ts'
import { sampleBeside } from './beside.ts'
import type { Case, CaseKind } from './cases.ts'
import { type ContestantId, subjectOf } from './contestants.ts'
import { sampleMany } from './many.ts'
import type { Sample } from './sample.ts'
import { sampleGone, sampleInvalidations } from './swept.ts'
import { sampleWaiters } from './waiters.ts'

/** What one process is asked for. */
export interface Job {
  readonly case: Pick<Case, 'kind' | 'entries'>
  readonly contestant: ContestantId
  readonly plan: SamplePlan
}

type Sampler = (id: ContestantId, entries: number, plan: SamplePlan) => Promise<Sample>

const SAMPLERS: Readonly<Record<CaseKind, Sampler>> = {
  sync: async (id, entries, plan) => sampleHits((await subjectOf(id, 'sync'))(entries), entries, plan),
  get: async (id, entries, plan) => sampleAwaited((await subjectOf(id, 'get'))(entries), entries, plan),
  'get-or-set': async (id, entries, plan) => sampleAwaited((await subjectOf(id, 'getOrSet'))(entries), entries, plan),
  beside: async (id, entries, plan) => sampleBeside((await subjectOf(id, 'beside'))(entries), entries, plan),
  gone: async (id, entries, plan) => sampleGone(await subjectOf(id, 'swept'), entries, plan),
  invalidate: async (id, entries, plan) => sampleInvalidations(await subjectOf(id, 'tagged'), entries, plan),
  waiters: async (id, waiters, plan) => sampleWaiters((await subjectOf(id, 'readThrough'))(), waiters, plan),
  many: async (id, keys, plan) => sampleMany(await subjectOf(id, 'many'), keys, plan),
}

await answerParent(({ case: { kind, entries }, contestant, plan }: Job) => SAMPLERS[kind](contestant, entries, plan))
