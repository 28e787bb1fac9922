import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { setImmediate as turn } from 'node:timers/promises'
import { seededRandom } from '@org/testkit'
import { costOf } from '../contest/cost.ts'
import { percentile } from '../percentile.ts'
import type { Sample, SamplePlan } from './sample.ts'
import type { Store } from './store.ts'
import type { Values } from './writes.ts'

const CALLERS = 100
const SET_SHARE = 0.1
const SEED = 20_262

/** As many callers as there are, each of which asks again once it is answered; one in ten sets. */
export async function sampleLoad(
  store: Store,
  keys: readonly string[],
  values: Values,
  plan: SamplePlan,
): Promise<Sample> {
  const random = seededRandom(SEED)
  let done = 0
  const over = new AbortController()
  const caller = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const key = random.pick(keys)
      await (random.chance(SET_SHARE) ? store.set(key, values(done)) : store.get(key))
      done++
      // The next request comes in another turn of the loop.
      await turn()
    }
  }
  const callers = Array.from({ length: CALLERS }, caller)
  await watchTurns(plan.warmUpMs)
  const [cpuBefore, doneBefore, begin] = [process.cpuUsage(), done, performance.now()]
  const turns = await watchTurns(plan.measureMs)
  const cost = costOf(cpuBefore, performance.now() - begin, done - doneBefore)
  over.abort()
  await Promise.all(callers)
  return { ...cost, ...turns }
}

/** What turns of the loop take, and what of that are calls for files that the loop itself waits for. */
async function watchTurns(forMs: number): Promise<Pick<Sample, 'gapP99Ms' | 'gapMaxMs' | 'filesP99Ms'>> {
  const watch = watchFiles()
  const [gaps, files]: [number[], number[]] = [[], []]
  try {
    for (let last = performance.now(), until = last + forMs; last < until; ) {
      watch.ms = 0
      await turn()
      const now = performance.now()
      gaps.push(now - last)
      files.push(watch.ms)
      last = now
    }
  } finally {
    watch.end()
  }
  const sorted = Float64Array.from(gaps).toSorted()
  return {
    gapP99Ms: percentile(sorted, 0.99),
    gapMaxMs: sorted.at(-1) ?? Number.NaN,
    filesP99Ms: percentile(Float64Array.from(files).toSorted(), 0.99),
  }
}

type Call = (...given: never[]) => unknown
const CALLS = ['readSync', 'readvSync', 'writeSync', 'writevSync', 'fdatasyncSync', 'fsyncSync'] as const

/** Adds up what synchronous calls of `node:fs` take; native libraries are not seen. */
function watchFiles(): { ms: number; end(): void } {
  const held = fs as unknown as Record<string, Call>
  const whole = CALLS.map((name) => [name, held[name] as Call] as const)
  const watch = { ms: 0, end }
  for (const [name, call] of whole) {
    held[name] = (...given) => {
      const begin = performance.now()
      try {
        return call(...given)
      } finally {
        watch.ms += performance.now() - begin
      }
    }
  }
  syncBuiltinESMExports()
  return watch

  function end(): void {
    for (const [name, call] of whole) held[name] = call
    syncBuiltinESMExports()
  }
}
