import { slice } from './fill.ts'
import { CHUNK } from './loops.ts'
import { makePairs, type Pairs } from './pairs.ts'
import { collectGarbage, cpuSince, type Sample } from './sample.ts'
import type { Store, Value } from './store.ts'

/** The longest single set while the store fills; and while it gets as many keys again, unless it never evicts. */
export function samplePauses(store: Store, entries: number): Sample {
  const pairs = makePairs(store.isUnbounded ? entries : entries * 2)
  collectGarbage()
  const before = process.cpuUsage()
  const fillPauseMs = longestSet(store, slice(pairs, 0, entries))
  const evictPauseMs = store.isUnbounded ? undefined : longestSet(store, slice(pairs, entries))
  const cpuNs = (cpuSince(before) * 1000) / pairs.keys.length
  const sink = store.get(pairs.keys.at(-1) as string)?.id ?? 0
  return { cpuNs, fillPauseMs, ...(evictPauseMs === undefined ? {} : { evictPauseMs }), sink }
}

function longestSet(store: Store, { keys, values }: Pairs): number {
  let longest = 0
  let last = performance.now()
  for (let at = 0; at < keys.length; at++) {
    if (at % CHUNK === 0) store.tick?.()
    store.set(keys[at] as string, values[at] as Value)
    const now = performance.now()
    if (now - last > longest) longest = now - last
    last = now
  }
  return longest
}
