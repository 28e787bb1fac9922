import { lru } from 'tiny-lru'
import type { Library, Value } from '../store.ts'

/** tiny-lru with a bound alone. */
export const subjects: Library<'tiny-lru'> = {
  'tiny-lru': {
    store(max) {
      const cache = lru<Value>(max)
      return { get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) }
    },
  },
}
