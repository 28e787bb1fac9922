import { memoryTier, TierDeadlineError, TieredCache } from '@org/tiered-cache'
import { redisBus, redisTier } from '@org/tiered-cache/redis'
import { createCluster } from 'redis'
import type { Analysis } from '../../analysis.ts'
import { sharedNow } from '../shared-clock.ts'
import type { Address, Subject } from '../subject.ts'

type Source = NonNullable<Parameters<typeof redisTier>[0]>

/** Memory, Redis and a bus, as they come. */
export async function open(address: Address): Promise<Subject> {
  const { source, end } = await sourceOf(address)
  const cache = new TieredCache<Analysis>({ tiers: [memoryTier(), redisTier(source)], bus: redisBus(source) })
  const passed: { readonly at: number; readonly ms: number }[] = []
  cache.on('fault', ({ error: { cause } }) => {
    if (cause instanceof TierDeadlineError) passed.push({ at: sharedNow(), ms: cause.deadlineMs })
  })
  return {
    ready: () => cache.ready(),
    getOrSet: (key, load) => cache.getOrSet(key, load),
    set: async (key, value) => (await cache.set(key, value)).reached,
    passedDeadlineMs(from, until) {
      const those = passed.filter(({ at }) => at >= from && at < until).map(({ ms }) => ms)
      return those.length === 0 ? undefined : Math.max(...those)
    },
    close: async () => {
      await cache.close()
      end()
    },
  }
}

/** A cluster is reached by a client of the user's: an address names one server. */
async function sourceOf(
  address: Address,
): Promise<{ readonly source: Pick<Source, 'url' | 'client'>; readonly end: () => void }> {
  if ('url' in address) return { source: address, end: () => {} }
  const client = createCluster({ rootNodes: address.masters.map((port) => ({ url: `redis://127.0.0.1:${port}` })) })
  await client.connect()
  return { source: { client }, end: () => client.destroy() }
}
