import { setImmediate as turn } from 'node:timers/promises'
import { type Cost, costOf } from '../contest/cost.ts'
import { inTurn } from '../contestants/keys.ts'
import { type Batch, makeBatches } from './batches.ts'
import { mustBeRight, mustBeSet } from './proof.ts'
import type { Acknowledgements, Answers, Memory } from './store.ts'

/** How long one process measures, by the clock: a process that waits for Redis takes no CPU. */
export interface SamplePlan {
  readonly warmUpMs: number
  readonly measureMs: number
}

/** Reads batches that memory does not hold, one after another. Told is the cost of one of `units` of a batch. */
export function sampleReads(
  read: (keys: readonly string[]) => Promise<Answers>,
  burst: number,
  units: number,
  plan: SamplePlan,
): Promise<Cost> {
  const next = inTurn(makeBatches(burst))
  return sampleRounds(plan, units, async () => {
    const batch = next()
    mustBeRight(await read(batch.keys), batch)
  })
}

/** Sets batches, one after another. */
export function sampleSets(
  set: (batch: Batch) => Promise<Acknowledgements>,
  burst: number,
  plan: SamplePlan,
): Promise<Cost> {
  const next = inTurn(makeBatches(burst))
  return sampleRounds(plan, burst, async () => {
    const batch = next()
    mustBeSet(await set(batch), batch)
  })
}

/** Reads what memory holds. After each pass the loop has a turn, in which a bus hears what there is. */
export function sampleMemory(
  read: (memory: Memory, batch: Batch) => Promise<number> | number,
  memory: Memory,
  batch: Batch,
  plan: SamplePlan,
): Promise<Cost> {
  return sampleRounds(plan, batch.keys.length, async () => {
    mustBeRight(await read(memory, batch), batch)
    await turn()
  })
}

/** One pass of reads without a promise; answers how many gave the very value. */
export function readSync(memory: Memory, { keys, values }: Batch): number {
  let right = 0
  for (let at = 0; at < keys.length; at++) if (memory.getSync(keys[at] as string) === values[at]) right++
  return right
}

/** The same, one awaited read after another. */
export async function readAwaited(memory: Memory, { keys, values }: Batch): Promise<number> {
  let right = 0
  for (let at = 0; at < keys.length; at++) if ((await memory.get(keys[at] as string)) === values[at]) right++
  return right
}

async function sampleRounds(plan: SamplePlan, units: number, round: () => Promise<unknown>): Promise<Cost> {
  await repeat(plan.warmUpMs, round)
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  const rounds = await repeat(plan.measureMs, round)
  return costOf(cpuBefore, performance.now() - begin, rounds * units)
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
