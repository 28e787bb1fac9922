// Started by processes.ts: measures one contestant in one case and tells its parent.
import { answerParent } from '../contest/child-answer.ts'
import type { Case } from './cases.ts'
import { type ContestantId, subjectOf } from './contestants.ts'
import { sampleLoad } from './load.ts'
import { sampleOpening } from './opening.ts'
import { sampleGets, sampleMisses } from './reads.ts'
import type { Sample, SamplePlan } from './sample.ts'
import { keysOf, valuesOf } from './values.ts'
import { fill, sampleBound, sampleBytes, sampleSets } from './writes.ts'

/** What one process is asked for. */
export interface Job {
  readonly case: Pick<Case, 'kind' | 'bytes' | 'keys'>
  readonly contestant: ContestantId
  /** Empty, and its own. */
  readonly directory: string
  readonly plan: SamplePlan
}

const MiB = 1024 ** 2
/** Where nothing is to leave for room. */
const AMPLE = { maxBytes: 1024 * MiB, segmentBytes: 16 * MiB }
const TIGHT = { maxBytes: 32 * MiB, segmentBytes: 2 * MiB }

await answerParent(sample)

async function sample({ case: { kind, bytes, keys: count }, contestant, directory, plan }: Job): Promise<Sample> {
  const [keys, values] = [keysOf(count), valuesOf(bytes)]
  const place = { directory, ...(kind === 'bound' ? TIGHT : AMPLE) }
  const open = await subjectOf(contestant, 'store')
  const store = await open(place)
  if (kind === 'set') return sampleSets(store, keys, values, plan)
  if (kind === 'bytes') return sampleBytes(store, keys, values, place)
  if (kind === 'bound') return sampleBound(store, keys, values, place)
  if (kind === 'open') return sampleOpening(open, store, keys, values, place)
  await fill(store, keys, values)
  if (kind === 'miss') return sampleMisses(store, keys, plan)
  if (kind === 'load') return sampleLoad(store, keys, values, plan)
  return sampleGets(store, keys, values, place, plan)
}
