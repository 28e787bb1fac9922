import { LRUCache } from 'lru-cache'
import { TTL_MS } from '../ttl.ts'
import type { Library, Store, Value } from '../store.ts'

/** lru-cache with a bound alone, and with a time to live as well. */
export const subjects: Library<'lru-cache' | 'lru-cache-ttl'> = {
  'lru-cache': { store: (max) => storeOf(new LRUCache<string, Value>({ max })) },
  'lru-cache-ttl': { store: (max) => storeOf(new LRUCache<string, Value>({ max, ttl: TTL_MS })) },
}

function storeOf(cache: LRUCache<string, Value>): Store {
  return { get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) }
}
