import { fill } from '../memory/fill.ts'
import { readLoop, type Tally } from '../memory/loops.ts'
import { drawUniform, makePairs } from '../memory/pairs.ts'
import { inTurn, sequenceLength } from '../memory/reads.ts'
import { costOf, type SamplePlan } from '../memory/sample.ts'
import type { Sample } from './sample.ts'
import type { BesideStore } from './subject.ts'

/** Reads of what is there, uniformly at random. Before each few thousand of them another entry goes by its tag. */
export async function sampleBeside(store: BesideStore, entries: number, plan: SamplePlan): Promise<Sample> {
  const pairs = makePairs(entries)
  await fill(store, pairs)
  const sequence = drawUniform(pairs, sequenceLength(entries))
  const tally: Tally = { reads: 0, misses: 0, last: undefined }
  const chunk = inTurn(store, sequence, async (from) => {
    await store.invalidateAnother()
    readLoop(store, sequence, from, tally)
  })
  const cpuNs = await costOf(chunk, plan)
  if (tally.misses > 0) throw new Error(`misses ${tally.misses} of ${tally.reads} keys that were set`)
  return { cpuNs, sink: tally.last?.id ?? 0 }
}
