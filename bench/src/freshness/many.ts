import { fill, slice } from '../memory/fill.ts'
import { makeNewPairs, makePairs } from '../memory/pairs.ts'
import type { SamplePlan } from '../memory/sample.ts'
import { costOfPrepared, type Sample } from './sample.ts'
import type { ManyStore } from './subject.ts'

/** Calls of one run, each with keys of its own. */
const CALLS = 50

/** Calls for many keys of which every other one is missing. */
export async function sampleMany(
  open: (maxEntries: number) => ManyStore,
  keys: number,
  plan: SamplePlan,
): Promise<Sample> {
  const half = keys / 2
  let loads = 0
  const load = (): { id: number } => ({ id: loads++ })
  const prepare = async () => {
    const store = open(CALLS * keys)
    const held = makePairs(CALLS * half)
    const missing = makeNewPairs(CALLS * half, CALLS * half).keys
    await fill({ get: () => undefined, set: (key, value) => store.set(key, value) }, held)
    const calls = Array.from({ length: CALLS }, (_, call) => {
      const present = slice(held, call * half, (call + 1) * half).keys
      return present.flatMap((key, at) => [key, missing[call * half + at] as string])
    })
    return async () => {
      const loaded = loads
      for (const asked of calls) mustHaveAll(await store.getAll(asked, load), keys)
      if (loads - loaded !== CALLS * half) throw new Error(`loaded ${loads - loaded} keys of ${CALLS * half}`)
    }
  }
  const cpuNs = await costOfPrepared(prepare, CALLS, plan)
  return { cpuNs, sink: loads }
}

function mustHaveAll(values: readonly unknown[], count: number): void {
  const there = values.filter((value) => value !== undefined).length
  if (there !== count) throw new Error(`gives ${there} values for ${count} keys`)
}
