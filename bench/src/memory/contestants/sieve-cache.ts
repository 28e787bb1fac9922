import { SieveCache } from '@neophi/sieve-cache'
import type { Library, Value } from '../store.ts'

/** @neophi/sieve-cache with a bound alone. */
export const subjects: Library<'sieve-cache'> = {
  'sieve-cache': {
    store(maxSize) {
      const cache = new SieveCache<string, Value>(maxSize)
      return { get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) }
    },
  },
}
