import { fill } from './fill.ts'
import { awaitedLoop, CHUNK, readLoop, type Tally } from './loops.ts'
import { drawUniform, makePairs, type Pairs } from './pairs.ts'
import { type Chunk, costOf, type Sample, type SamplePlan } from './sample.ts'
import type { Store, Value } from './store.ts'

/** Reads of what is there, uniformly at random. */
export async function sampleHits(store: Store, entries: number, plan: SamplePlan): Promise<Sample> {
  const { sequence, tally } = await prepare(store, entries)
  const sample = await sampleReads(
    inTurn(store, sequence, (from) => readLoop(store, sequence, from, tally)),
    tally,
    plan,
  )
  if (tally.misses > 0) throw new Error(`misses ${tally.misses} of ${tally.reads} keys that were set`)
  return sample
}

/** The same through promises, one after another. */
export async function sampleAwaited(
  store: Store<Promise<Value | undefined>>,
  entries: number,
  plan: SamplePlan,
): Promise<Sample> {
  const { sequence, tally } = await prepare(store, entries)
  const chunk = inTurn(store, sequence, (from) => awaitedLoop(store, sequence, from, tally))
  const sample = await sampleReads(chunk, tally, plan)
  if (tally.misses > 0) throw new Error(`misses ${tally.misses} of ${tally.reads} keys that were set`)
  return sample
}

/** Reads of keys that nobody set. */
export async function sampleMisses(store: Store, entries: number, plan: SamplePlan): Promise<Sample> {
  const { tally } = await prepare(store, entries)
  const absent = drawUniform(makePairs(entries, 'none'), sequenceLength(entries))
  const sample = await sampleReads(
    inTurn(store, absent, (from) => readLoop(store, absent, from, tally)),
    tally,
    plan,
  )
  if (tally.misses < tally.reads) throw new Error('found keys that nobody set')
  return sample
}

/** Walks along a sequence chunk by chunk, for ever. */
export function inTurn(store: Store<unknown>, { keys }: Pairs, run: (from: number) => Promise<void> | void): Chunk {
  let from = 0
  return () => {
    store.tick?.()
    const at = from
    from = (from + CHUNK) % keys.length
    return run(at)
  }
}

/** Long enough that no predictor learns it; a multiple of a chunk. */
export function sequenceLength(entries: number): number {
  return CHUNK * (entries > 100_000 ? 128 : 32)
}

async function prepare(store: Store<unknown>, entries: number): Promise<{ sequence: Pairs; tally: Tally }> {
  const pairs = makePairs(entries)
  await fill(store, pairs)
  return { sequence: drawUniform(pairs, sequenceLength(entries)), tally: { reads: 0, misses: 0, last: undefined } }
}

async function sampleReads(chunk: Chunk, tally: Tally, plan: SamplePlan): Promise<Sample> {
  const cpuNs = await costOf(chunk, plan)
  return { cpuNs, sink: tally.misses + (tally.last?.id ?? 0) }
}
