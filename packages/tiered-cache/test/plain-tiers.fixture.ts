import { structuredCodec } from '../src/codec/structured.ts'
import type { Entry } from '../src/entry.ts'
import { MISS, type RemovalCause, type Tier } from '../src/tiers/tier.ts'

/** A synchronous tier on a Map with every optional method, as short as it can be: what broken tiers are made from. */
export function referenceTier(): Required<Pick<Tier, 'getFresh' | 'clear' | 'onRemoval' | 'measure' | 'close'>> & Tier {
  const map = new Map<string, Entry>()
  const listeners = new Set<(key: string, cause: RemovalCause) => void>()
  const tell = (key: string, cause: RemovalCause): void => {
    for (const listener of listeners) {
      try {
        listener(key, cause)
      } catch {
        // Its own fault.
      }
    }
  }
  return {
    name: 'reference',
    shared: false,
    sync: true,
    get: (key) => map.get(key),
    getFresh(key, now, tags = []) {
      const entry = map.get(key)
      const hasTags = entry !== undefined && entry.stamps.length + tags.length > 0
      return entry !== undefined && now < entry.staleAt && !hasTags ? entry.value : MISS
    },
    set(key, entry) {
      const known = map.has(key)
      map.set(key, entry)
      if (known) tell(key, 'replaced')
    },
    delete(key) {
      if (map.delete(key)) tell(key, 'deleted')
    },
    clear: () => map.clear(),
    onRemoval(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    measure: () => ({ entries: map.size, maxEntries: Infinity, weight: map.size, maxWeight: Infinity }),
    close: async () => {},
  }
}

/** An asynchronous tier that keeps encoded values in a Map, which outlives it: the simplest tier that copies. */
export function copyingTier(store: Map<string, Entry> = new Map()): Tier {
  return {
    name: 'copying',
    shared: false,
    sync: false,
    async get(key) {
      const entry = store.get(key)
      return entry && { ...entry, value: structuredCodec.decode(entry.value as Uint8Array) }
    },
    async set(key, entry) {
      store.set(key, { ...entry, value: structuredCodec.encode(entry.value) })
    },
    async delete(key) {
      store.delete(key)
    },
  }
}
