import { fill } from '../memory/fill.ts'
import { makePairs } from '../memory/pairs.ts'
import { collectGarbage, cpuSince, type SamplePlan } from '../memory/sample.ts'
import { median } from '../percentile.ts'
import { costOfPrepared, type Sample, timed } from './sample.ts'
import type { SweptStore } from './subject.ts'

/** Awaited reads of entries that went just before, each of them once. */
export async function sampleGone(
  open: (maxEntries: number) => SweptStore,
  entries: number,
  plan: SamplePlan,
): Promise<Sample> {
  const pairs = makePairs(entries)
  let misses = 0
  const prepare = async () => {
    const store = open(entries)
    await fill(store, pairs)
    await mustHold(store, pairs.keys)
    await store.sweep()
    return async () => {
      for (const key of pairs.keys) {
        if ((await store.get(key)) !== undefined) throw new Error(`gives ${key}, which is gone`)
        misses++
      }
    }
  }
  const cpuNs = await costOfPrepared(prepare, entries, plan)
  return { cpuNs, sink: misses }
}

/** How often the entries of a store are let go in a full run; to set a million anew takes a second. */
const SWEEPS = 64
const SWEEPS_OF_MANY = 12
/** The code is warm by then; before each measured one a few more, which bring it back to the processor's cache. */
const WARM_UPS = 500
const REMINDERS = 16
const FEW = 10

/** Lets all entries go by their tag, after that sets them again; and reads one that is gone. */
export async function sampleInvalidations(
  open: (maxEntries: number) => SweptStore,
  entries: number,
  plan: SamplePlan,
): Promise<Sample> {
  const [store, spare] = [open(entries), open(FEW)]
  const pairs = makePairs(entries)
  await sweepRepeatedly(spare, WARM_UPS)
  const sweeps = plan.share * (entries > 100_000 ? SWEEPS_OF_MANY : SWEEPS)
  const found: { cpuNs: number; wallNs: number; afterNs: number }[] = []
  while (found.length < sweeps) {
    await fill(store, pairs)
    collectGarbage()
    await sweepRepeatedly(spare, REMINDERS)
    found.push(await sweepOnce(store, pairs.keys))
  }
  const of = (field: 'cpuNs' | 'wallNs' | 'afterNs'): number => median(found.map((one) => one[field]))
  return { cpuNs: of('cpuNs'), wallNs: of('wallNs'), afterNs: of('afterNs'), sink: found.length }
}

async function sweepOnce(
  store: SweptStore,
  keys: readonly string[],
): Promise<{ cpuNs: number; wallNs: number; afterNs: number }> {
  await mustHold(store, keys)
  const before = process.cpuUsage()
  const { wallNs } = await timed(() => store.sweep())
  const cpuNs = cpuSince(before) * 1000
  const after = await timed(() => store.get(keys[0] as string))
  const held = [after.value, await store.get(keys.at(-1) as string)].filter((value) => value !== undefined)
  if (held.length > 0) throw new Error(`gives ${held.length} of 2 keys that are gone`)
  return { cpuNs, wallNs, afterNs: after.wallNs }
}

async function sweepRepeatedly(store: SweptStore, times: number): Promise<void> {
  const pairs = makePairs(FEW)
  for (let done = 0; done < times; done++) {
    await fill(store, pairs)
    await sweepOnce(store, pairs.keys)
  }
}

/** What was never there would go quickly. */
async function mustHold(store: SweptStore, keys: readonly string[]): Promise<void> {
  for (const key of [keys[0] as string, keys.at(-1) as string])
    if ((await store.get(key)) === undefined) throw new Error(`misses ${key}, which was set`)
}
