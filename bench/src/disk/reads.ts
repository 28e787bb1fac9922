import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { seededRandom } from '@org/testkit'
import { costOf } from '../contest/cost.ts'
import { median } from '../percentile.ts'
import { PlainFile } from './plain-file.ts'
import type { Sample, SamplePlan } from './sample.ts'
import type { Place, Store } from './store.ts'
import { fill, type Values } from './writes.ts'

/** Bytes that are read in one turn of the loop, as the requests of a busy service do; one read at least. */
const BYTES_PER_TURN = 128 * 1024
const MOST_READS = 16
const SEED = 20_261

/** Gets stored keys in a random order, some in each turn of the loop, and the plain file the same in turn with it. */
export async function sampleGets(
  store: Store,
  keys: readonly string[],
  values: Values,
  place: Place,
  plan: SamplePlan,
): Promise<Sample> {
  const floor = new PlainFile(dirname(place.directory))
  await fill(floor, keys, values)
  const length = values(0).length
  const burst = Math.max(1, Math.min(MOST_READS, Math.floor(BYTES_PER_TURN / length)))
  const next = bursts(keys, burst)
  const read = (from: Store): Promise<number> => timedBurst(from, next(), length)
  await repeat(plan.warmUpMs, () => read(store))
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  const rounds = await repeat(plan.measureMs, () => read(store))
  const { cpuNs } = costOf(cpuBefore, performance.now() - begin, rounds * burst)
  const [own, plain]: [number[], number[]] = [[], []]
  await repeat(plan.measureMs, async () => {
    own.push((await read(store)) / burst)
    plain.push((await read(floor)) / burst)
  })
  floor.close()
  return { cpuNs, wallNs: median(own), floorNs: median(plain) }
}

/** Gets keys that are not there. */
export async function sampleMisses(store: Store, keys: readonly string[], plan: SamplePlan): Promise<Sample> {
  const absent = keys.map((key) => `none${key.slice(4)}`)
  const next = bursts(absent, MOST_READS)
  const own: number[] = []
  const round = async (): Promise<void> => {
    own.push((await timedBurst(store, next(), undefined)) / MOST_READS)
  }
  await repeat(plan.warmUpMs, round)
  own.length = 0
  const [cpuBefore, readsBefore] = [process.cpuUsage(), fileReads()]
  const begin = performance.now()
  const rounds = await repeat(plan.measureMs, round)
  const { cpuNs } = costOf(cpuBefore, performance.now() - begin, rounds * MOST_READS)
  return { cpuNs, wallNs: median(own), fileReads: (fileReads() - readsBefore) / (rounds * MOST_READS) }
}

/** Nanoseconds that reads of the keys took, one after another; then the loop has a turn. */
async function timedBurst(store: Store, keys: readonly string[], length: number | undefined): Promise<number> {
  const begin = performance.now()
  for (const key of keys) {
    const answer = store.get(key)
    const found = answer instanceof Promise ? await answer : answer
    if (found?.length !== length) throw new Error(`a get gave ${found?.length} bytes in place of ${length}`)
  }
  const took = performance.now() - begin
  await turn()
  return took * 1e6
}

function bursts(keys: readonly string[], size: number): () => readonly string[] {
  const random = seededRandom(SEED)
  return () => Array.from({ length: size }, () => random.pick(keys))
}

/** Calls for reading that this process has made; NaN where the system does not tell. */
function fileReads(): number {
  try {
    return Number(/^syscr: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? Number.NaN)
  } catch {
    return Number.NaN
  }
}

async function repeat(forMs: number, round: () => Promise<unknown>): Promise<number> {
  const until = performance.now() + forMs
  let rounds = 0
  do {
    await round()
    rounds++
  } while (performance.now() < until)
  return rounds
}
