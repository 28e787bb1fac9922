import type { Value } from '../../memory/store.ts'
import type { Library, ReadThrough } from '../subject.ts'

/** A Map in an async function, and one of promises: no bound, no life, no counting. */
export const subjects: Library<'map-async'> = {
  'map-async': {
    getOrSet() {
      const map = new Map<string, Value>()
      return { get: async (key) => map.get(key), set: (key, value) => map.set(key, value) }
    },
    readThrough,
  },
}

function readThrough(): ReadThrough {
  const map = new Map<string, Promise<Value> | Value>()
  return async (key, load) => {
    let held = map.get(key)
    if (held === undefined) map.set(key, (held = load()))
    return held
  }
}
