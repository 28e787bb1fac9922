import { type Entry, type MemoryTier, memoryTier, MISS, TieredCache } from '@org/tiered-cache'
import { TTL_MS } from '../ttl.ts'
import type { Library, Store, Value } from '../store.ts'

// A binding of another module is looked up at each use, which would be measured with every read.
const NOT_HERE: typeof MISS = MISS

/** The memory tier under each of its policies, and a whole cache over one. */
export const subjects: Library<'ours' | 'ours-lru' | 'ours-sieve' | 'ours-cache'> = {
  ours: { store: (maxEntries) => storeOf(memoryTier({ maxEntries })) },
  'ours-lru': { store: (maxEntries) => storeOf(memoryTier({ maxEntries, policy: 'lru' })) },
  'ours-sieve': { store: (maxEntries) => storeOf(memoryTier({ maxEntries, policy: 'sieve' })) },
  'ours-cache': {
    store(maxEntries) {
      const cache = openCache(maxEntries)
      return { get: (key) => cache.getSync(key), set: (key, value) => cache.set(key, value) }
    },
    awaited(maxEntries) {
      const cache = openCache(maxEntries)
      return { get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) }
    },
  },
}

const NO_STAMPS: Entry['stamps'] = []

/** The tier as a cache calls it: with an entry made for each set, and a `now` that is read now and then. */
function storeOf(tier: MemoryTier): Store {
  let now = Date.now()
  let sets = 0
  return {
    get(key) {
      const value = tier.getFresh(key, now)
      return value === NOT_HERE ? undefined : (value as Value)
    },
    set(key, value) {
      // Lives that differ: a tier that keeps one instant for all of them gets no chance to.
      const staleAt = now + TTL_MS + (sets++ & 1023)
      const entry = { value, storedAt: now, staleAt, expiresAt: staleAt, loadMs: 0, etag: undefined, stamps: NO_STAMPS }
      tier.set(key, entry, now)
    },
    tick() {
      now = Date.now()
    },
  }
}

function openCache(maxEntries: number): TieredCache<Value> {
  return new TieredCache<Value>({ tiers: [memoryTier({ maxEntries })], ttl: TTL_MS })
}
