// Started by processes.ts: measures one contestant in one case and tells its parent.
import { setTimeout as sleep } from 'node:timers/promises'
import { answerParent } from '../contest/child-answer.ts'
import type { Cost } from '../contest/cost.ts'
import { KEYS, makeBatches } from './batches.ts'
import type { Case } from './cases.ts'
import { type ContestantId, subjectOf } from './contestants.ts'
import { mustBeSet, NotServedError } from './proof.ts'
import { readAwaited, readSync, sampleMemory, type SamplePlan, sampleReads, sampleSets } from './sample.ts'
import type { Place, Store } from './store.ts'
import { URL_VARIABLE } from './url-variable.ts'

const TRIES = 3
const PAUSE_MS = 1500

/** What one process is asked for. */
export interface Job {
  readonly case: Pick<Case, 'kind' | 'burst'>
  readonly contestant: ContestantId
  readonly namespace: string
  readonly plan: SamplePlan
}

await answerParent((job: Job) => again(() => sample(job)))

async function sample({ case: { kind, burst }, contestant, namespace, plan }: Job): Promise<Cost> {
  const place = { url: process.env[URL_VARIABLE] ?? '', namespace }
  const wide: Place = { ...place, memoryEntries: KEYS }
  if (kind === 'sync' || kind === 'awaited') {
    const [batch] = makeBatches(burst)
    const memory = await (await subjectOf(contestant, 'memory'))(wide, batch!)
    return sampleMemory(kind === 'sync' ? readSync : readAwaited, memory, batch!, plan)
  }
  const open = await subjectOf(contestant, 'store')
  const store = await open(wide)
  if (kind === 'set') return sampleSets((batch) => store.set(batch), burst, plan)
  await fill(store)
  const cold = await open({ ...place, memoryEntries: 1 })
  if (kind === 'get') return sampleReads((keys) => cold.get(keys), burst, burst, plan)
  return sampleReads((keys) => cold.getMany(keys), burst, 1, plan)
}

/**
 * A machine that stands still for a moment makes a cache with deadlines do without Redis for a second: that is no number, and is
 * measured again. The others just wait.
 */
async function again(measure: () => Promise<Cost>): Promise<Cost> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await measure()
    } catch (error) {
      if (left === 0 || !(error instanceof NotServedError)) throw error
      await sleep(PAUSE_MS)
    }
  }
}

/** Sets all keys and closes the store: what is read afterwards is in no memory. */
async function fill(store: Store): Promise<void> {
  for (const batch of makeBatches(100)) mustBeSet(await store.set(batch), batch)
  await store.close()
}
