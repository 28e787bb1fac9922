import type { Library, Store } from '../store.ts'

/** What is under every store here: a Map, without a bound or with the cheapest one, and keys and values without a store. */
export const subjects: Library<'map' | 'map-async' | 'fifo' | 'alone'> = {
  map: { store: openMap },
  'map-async': {
    awaited() {
      const map = openMap()
      return { get: async (key) => map.get(key), set: (key, value) => map.set(key, value) }
    },
  },
  fifo: { store: openFifo },
  alone: { store: () => ({ get: () => undefined, set: () => undefined }) },
}

function openMap(): Store {
  const map = new Map<string, ReturnType<Store['get']>>()
  return { get: (key) => map.get(key), set: (key, value) => map.set(key, value), isUnbounded: true }
}

/** One iterator is kept: a new one would have to pass over all that was deleted. */
function openFifo(maxEntries: number): Store {
  const map = new Map<string, ReturnType<Store['get']>>()
  const oldest = map.keys()
  return {
    get: (key) => map.get(key),
    set(key, value) {
      map.set(key, value)
      if (map.size > maxEntries) map.delete(oldest.next().value as string)
    },
  }
}
