import QuickLRU from 'quick-lru'
import type { Library, Value } from '../store.ts'

/** quick-lru, which keeps up to twice its bound. */
export const subjects: Library<'quick-lru'> = {
  'quick-lru': {
    store(maxSize) {
      const cache = new QuickLRU<string, Value>({ maxSize })
      return { get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) }
    },
  },
}
