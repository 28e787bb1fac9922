import { type Entry, memoryTier, MISS } from '@org/tiered-cache'
import { LRUCache } from 'lru-cache'
import type { Workload } from './workload.ts'

/** The caches that are replayed live: the policies of our memory tier, and lru-cache. */
export const CONTESTANTS = ['tinylfu', 'lru', 'sieve', 'lru-cache'] as const
export type ContestantId = (typeof CONTESTANTS)[number]

/** A cache as a replay drives it. */
export interface ReplayedCache {
  /** Whether it gives a value for the key at `now` (milliseconds). */
  has(key: string, now: number): boolean
  set(key: string, id: number, now: number): void
}

/** A fixed seed: two runs of the bench give the same ratios. */
const SEED = 20_261_122

/** An empty cache for a workload, bounded to `capacity` entries, or bytes where the workload has weights. */
export function makeCache(contestant: ContestantId, workload: Workload, capacity: number): ReplayedCache {
  return contestant === 'lru-cache' ? lruCache(workload, capacity) : ourTier(contestant, workload, capacity)
}

type OwnPolicy = Exclude<ContestantId, 'lru-cache'>

function ourTier(policy: OwnPolicy, { weights, lives }: Workload, capacity: number): ReplayedCache {
  const bound =
    weights === undefined
      ? { maxEntries: capacity }
      : { maxEntries: Infinity, maxWeight: capacity, weigh: (id: unknown) => weights[id as number] as number }
  const tier = memoryTier({ ...bound, policy, seed: SEED })
  return {
    has: (key, now) => tier.getFresh(key, now) !== MISS,
    set: (key, id, now) => tier.set(key, entryOf(id, now, lives?.[id] ?? Infinity), now),
  }
}

const NO_STAMPS: Entry['stamps'] = []

function entryOf(id: number, now: number, lifeMs: number): Entry {
  const end = now + lifeMs
  return { value: id, storedAt: now, staleAt: end, expiresAt: end, loadMs: 0, etag: undefined, stamps: NO_STAMPS }
}

function lruCache({ weights, lives }: Workload, capacity: number): ReplayedCache {
  let instant = 0
  const bound =
    weights === undefined
      ? { max: capacity }
      : { maxSize: capacity, sizeCalculation: (id: number) => weights[id] as number }
  // Without a resolution of its own it asks the clock each time.
  const cache = new LRUCache<string, number>({ ...bound, ttlResolution: 0, perf: { now: () => instant } })
  return {
    has(key, now) {
      instant = now
      return cache.get(key) !== undefined
    },
    set(key, id, now) {
      instant = now
      // At its ttl it is still fresh there, and no longer so in a tier.
      cache.set(key, id, lives === undefined ? undefined : { ttl: (lives[id] as number) - 1 })
    },
  }
}
