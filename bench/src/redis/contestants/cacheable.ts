import KeyvRedis from '@keyv/redis'
import { Cacheable, createKeyv, Keyv } from 'cacheable'
import type { Value } from '../batches.ts'
import { type Library, storeOf } from '../store.ts'
import { TTL_MS } from '../ttl.ts'

/** cacheable with @keyv/redis as its secondary. */
export const subjects: Library<'cacheable'> = {
  cacheable: {
    async store({ url, namespace, memoryEntries }) {
      const redis = new KeyvRedis<Value>(url, { namespace })
      await redis.getClient()
      const primary = createKeyv({ lruSize: memoryEntries })
      const secondary = new Keyv({ store: redis, namespace, useKeyPrefix: false })
      const cache = new Cacheable({ primary, secondary, ttl: TTL_MS })
      return storeOf({
        get: (key) => cache.get<Value>(key),
        getMany: (keys) => cache.getMany<Value>([...keys]),
        set: (key, value) => cache.set(key, value),
        close: () => cache.disconnect(),
      })
    },
  },
}
