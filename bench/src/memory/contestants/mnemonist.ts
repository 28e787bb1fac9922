import { LRUCache } from 'mnemonist'
import type { Library, Value } from '../store.ts'

/** The LRUCache of mnemonist, which has neither time to live nor delete. */
export const subjects: Library<'mnemonist'> = {
  mnemonist: {
    store(capacity) {
      const cache = new LRUCache<string, Value>(capacity)
      return { get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) }
    },
  },
}
