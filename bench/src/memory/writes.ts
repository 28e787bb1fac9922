import { fill } from './fill.ts'
import { CHUNK, readThroughLoop, setLoop, type Tally } from './loops.ts'
import { drawUniform, drawZipf, makeNewPairs, makePairs } from './pairs.ts'
import { inTurn, sequenceLength } from './reads.ts'
import { costOf, costOfMany, type Sample, type SamplePlan } from './sample.ts'
import type { Store } from './store.ts'

/** Sets of keys that are there, uniformly at random. */
export async function sampleOverwrites(store: Store, entries: number, plan: SamplePlan): Promise<Sample> {
  const pairs = makePairs(entries)
  await fill(store, pairs)
  const sequence = drawUniform(pairs, sequenceLength(entries))
  const cpuNs = await costOf(
    inTurn(store, sequence, (from) => setLoop(store, sequence, from)),
    plan,
  )
  return { cpuNs, sink: store.get(sequence.keys[0] as string)?.id ?? 0 }
}

/** How many chunks a process goes through. */
interface Extent {
  readonly warmUps: number
  readonly measured: number
}

const SETS: Extent = { warmUps: 64, measured: 256 }
/**
 * A Map of a million entries makes its table anew once in 1,097,152 sets, which is as dear as all the others together: so
 * many are measured that everybody has that once.
 */
const MANY_SETS: Extent = { warmUps: 32, measured: 272 }

/** Sets of new keys into a store that is full. */
export async function sampleEvictions(store: Store, entries: number, plan: SamplePlan): Promise<Sample> {
  const { warmUps, measured } = inShare(entries > 100_000 ? MANY_SETS : SETS, plan.share)
  await fill(store, makePairs(entries))
  const fresh = makeNewPairs(entries, (warmUps + measured) * CHUNK)
  const cpuNs = await costOfMany(
    inTurn(store, fresh, (from) => setLoop(store, fresh, from)),
    warmUps,
    measured,
  )
  return { cpuNs, sink: store.get(fresh.keys.at(-1) as string)?.id ?? 0 }
}

const REQUESTS: Extent = { warmUps: 256, measured: 256 }
const EXPONENT = 0.9
/** There are so many keys for each entry. */
const KEYS_PER_ENTRY = 10

/** Requests that set what they miss, of keys that are far from equally popular. */
export async function sampleReplay(store: Store, entries: number, plan: SamplePlan): Promise<Sample> {
  const { warmUps, measured } = inShare(REQUESTS, plan.share)
  const sequence = drawZipf(makePairs(entries * KEYS_PER_ENTRY), (warmUps + measured) * CHUNK, EXPONENT)
  const tally: Tally = { reads: 0, misses: 0, last: undefined }
  const chunk = inTurn(store, sequence, (from) => {
    // The misses of a store that is not full yet are nobody's merit.
    if (from === warmUps * CHUNK) Object.assign(tally, { reads: 0, misses: 0 })
    readThroughLoop(store, sequence, from, tally)
  })
  const cpuNs = await costOfMany(chunk, warmUps, measured)
  return { cpuNs, hitRate: 1 - tally.misses / tally.reads, sink: tally.last?.id ?? 0 }
}

function inShare({ warmUps, measured }: Extent, share: number): Extent {
  return { warmUps: Math.ceil(warmUps * share), measured: Math.ceil(measured * share) }
}
