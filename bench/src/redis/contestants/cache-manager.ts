import KeyvRedis from '@keyv/redis'
import { createCache } from 'cache-manager'
import { Keyv } from 'cacheable'
import type { Value } from '../batches.ts'
import { type Library, storeOf } from '../store.ts'
import { TTL_MS } from '../ttl.ts'

/** cache-manager with memory above @keyv/redis. A get leaves nothing in memory, so that memory needs no bound to stay cold. */
export const subjects: Library<'cache-manager'> = {
  'cache-manager': {
    async store({ url, namespace }) {
      const redis = new KeyvRedis<Value>(url, { namespace })
      await redis.getClient()
      const stores = [new Keyv(), new Keyv({ store: redis, namespace, useKeyPrefix: false })]
      const cache = createCache({ stores, ttl: TTL_MS })
      return storeOf({
        get: (key) => cache.get<Value>(key),
        getMany: (keys) => cache.mget<Value>([...keys]),
        set: (key, value) => cache.set(key, value),
        close: () => cache.disconnect(),
      })
    },
  },
}
