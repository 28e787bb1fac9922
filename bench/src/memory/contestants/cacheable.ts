import { CacheableMemory } from '@cacheable/memory'
import { TTL_MS } from '../ttl.ts'
import type { Library, Value } from '../store.ts'

/** @cacheable/memory with a bound and a time to live. By default it clones; everybody else here keeps references. */
export const subjects: Library<'cacheable'> = {
  cacheable: {
    store(lruSize) {
      const cache = new CacheableMemory({ lruSize, ttl: TTL_MS, useClone: false })
      return { get: (key) => cache.get<Value>(key), set: (key, value) => cache.set(key, value) }
    },
  },
}
