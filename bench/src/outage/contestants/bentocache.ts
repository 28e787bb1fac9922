import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis'
import { Redis } from 'ioredis'
import type { Analysis } from '../../analysis.ts'
import type { Address, Subject } from '../subject.ts'

/** Its duplicates, which the bus makes, have a listener as well: without one ioredis writes each failed connection to stderr. */
class HeardRedis extends Redis {
  override duplicate(...options: Parameters<Redis['duplicate']>): Redis {
    return listenedTo(super.duplicate(...options))
  }
}

function listenedTo(client: Redis): Redis {
  return client.on('error', () => {})
}

/** Both layers and the bus, as they come. What a set answers does not say whether Redis has it. */
export async function open(address: Address): Promise<Subject> {
  if (!('url' in address)) throw new Error('bentocache is measured on one server')
  const connection = listenedTo(new HeardRedis(address.url))
  const layers = bentostore()
    .useL1Layer(memoryDriver({ maxItems: 10_000 }))
    .useL2Layer(redisDriver({ connection }))
    .useBus(redisBusDriver({ connection }))
  const cache = new BentoCache({ default: 'layers', stores: { layers } })
  return {
    ready: () => connection.ping(),
    getOrSet: (key, load) => cache.getOrSet<Analysis>({ key, factory: load }),
    set: async (key, value) => {
      await cache.set({ key, value })
      return undefined
    },
    passedDeadlineMs: () => undefined,
    close: () => cache.disconnectAll(),
  }
}
