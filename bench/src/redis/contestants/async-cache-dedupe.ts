import { createCache } from 'async-cache-dedupe'
import { Redis } from 'ioredis'
import type { Value } from '../batches.ts'
import { type Library, storeOf } from '../store.ts'
import { TTL_MS } from '../ttl.ts'

/** async-cache-dedupe on Redis: it has one storage, so there is no memory above it, and no call for many keys. */
export const subjects: Library<'async-cache-dedupe'> = {
  'async-cache-dedupe': {
    async store({ url, namespace }) {
      const client = new Redis(url)
      await client.ping()
      const ttl = TTL_MS / 1000
      const cache = createCache({ storage: { type: 'redis', options: { client } }, ttl })
      const cached = cache.define(namespace, missing)[namespace] as typeof missing
      return storeOf({
        get: (key) => cached(key),
        // As the key that a call of the function looks for.
        set: (key, value) => cache.set(namespace, `${namespace}~${key}`, value, ttl),
        close: () => client.quit(),
      })
    },
  },
}

/** What it would load; every key is set before. */
async function missing(_key: string): Promise<Value | undefined> {
  return undefined
}
