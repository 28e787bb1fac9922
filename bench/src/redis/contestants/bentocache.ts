import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisDriver } from 'bentocache/drivers/redis'
import { Redis } from 'ioredis'
import { type Library, storeOf } from '../store.ts'
import { TTL_MS } from '../ttl.ts'

/** bentocache with both layers, as it comes. It has no call for many keys. */
export const subjects: Library<'bentocache'> = {
  bentocache: {
    async store({ url, namespace, memoryEntries }) {
      const connection = new Redis(url)
      await connection.ping()
      const layers = bentostore()
        .useL1Layer(memoryDriver({ maxItems: memoryEntries }))
        .useL2Layer(redisDriver({ connection, prefix: namespace }))
      const cache = new BentoCache({ default: 'layers', ttl: TTL_MS, stores: { layers } })
      return storeOf({
        get: (key) => cache.get({ key }),
        set: (key, value) => cache.set({ key, value }),
        close: () => cache.disconnectAll(),
      })
    },
  },
}
