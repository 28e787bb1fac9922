import type { ReplayedCache } from './caches.ts'
import type { Workload } from './workload.ts'

/** Instants count from here: a cache may take zero for no instant at all. */
const START = 1_000_000_000_000

/** The hit ratio of an empty cache in a workload: a get for each request, and a set after each miss. */
export function hitRatio({ trace: { ids }, keys }: Workload, cache: ReplayedCache): number {
  let now = START
  let hits = 0
  for (const id of ids) {
    const key = keys[id] as string
    if (cache.has(key, now)) hits++
    else cache.set(key, id, now)
    now++
  }
  return hits / ids.length
}
