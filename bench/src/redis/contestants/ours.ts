import { eventually } from '@org/testkit'
import { memoryTier, type Tier, TieredCache, type TieredCacheOptions } from '@org/tiered-cache'
import { redisBus, redisTier } from '@org/tiered-cache/redis'
import type { Value } from '../batches.ts'
import { type Library, type Place, type Store, storeOf, type Subjects } from '../store.ts'
import { TTL_MS } from '../ttl.ts'

type Bus = TieredCacheOptions['bus']

/** Memory above Redis over a node-redis client of the tier's own: as it comes, without leases, with a bus; and over ioredis. */
export const subjects: Library<'ours' | 'ours-unleased' | 'ours-bus' | 'ours-ioredis'> = {
  ours: subjectsOver(tierOf),
  'ours-unleased': subjectsOver(({ url, namespace }) => redisTier({ url, prefix: namespace, lease: false })),
  'ours-bus': subjectsOver(tierOf, ({ url, namespace }) => redisBus({ url, stream: `${namespace}bus` })),
  'ours-ioredis': subjectsOver(async ({ url, namespace }) => {
    // Here and not above: the processes of the others shall not hold the code of a second client.
    const { Redis } = await import('ioredis')
    return redisTier({ client: new Redis(url), prefix: namespace })
  }),
}

function tierOf({ url, namespace }: Place): Tier {
  return redisTier({ url, prefix: namespace })
}

function subjectsOver(openTier: (place: Place) => Promise<Tier> | Tier, openBus?: (place: Place) => Bus): Subjects {
  const open = async (place: Place): Promise<TieredCache<Value>> => {
    const tiers = [memoryTier({ maxEntries: place.memoryEntries }), await openTier(place)]
    const bus = openBus?.(place)
    const cache = new TieredCache<Value>({ tiers, bus, ttl: TTL_MS })
    await cache.ready()
    // What was set before a bus has said where it begins is not trusted by then.
    if (bus !== undefined) await eventually(() => bus.hasCaughtUp)
    return cache
  }
  return {
    store: async (place) => storeOver(await open(place)),
    async memory(place, { keys, values }) {
      const cache = await open(place)
      await cache.setMany(keys.map((key, at) => [key, values[at] as Value]))
      return { getSync: (key) => cache.getSync(key), get: (key) => cache.get(key) }
    },
  }
}

function storeOver(cache: TieredCache<Value>): Store {
  return storeOf({
    get: (key) => cache.get(key),
    getMany: async (keys) => [...(await cache.getMany(keys)).values()],
    set: (key, value) => cache.set(key, value),
    close: () => cache.close(),
  })
}
