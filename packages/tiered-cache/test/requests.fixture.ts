import { expect, onTestFinished } from 'vitest'
import type { TieredCache } from '@org/tiered-cache'

/**
 * Counts the reads of a cache on its outside, and checks at the end of the test that each was counted once, as a hit or as a
 * miss: `requests = hits + misses`.
 */
export function checkingRequests<V>(cache: TieredCache<V>): TieredCache<V> {
  let reads = 0
  for (const verb of ['get', 'getSync', 'getOrSet'] as const) {
    const inner = cache[verb].bind(cache) as (...args: unknown[]) => unknown
    Object.defineProperty(cache, verb, {
      value: (...args: unknown[]) => {
        reads++
        return inner(...args)
      },
    })
  }
  const getMany: TieredCache<V>['getMany'] = cache.getMany.bind(cache)
  Object.defineProperty(cache, 'getMany', {
    value: (keys: Iterable<string>, ...rest: []) => {
      const asked = [...keys]
      reads += new Set(asked).size
      return getMany(asked, ...rest)
    },
  })
  onTestFinished(async () => {
    await cache.idle()
    const { requests, hits, misses, coalesced } = cache.stats()
    expect({ requests, sum: hits + misses }).toEqual({ requests: reads, sum: reads })
    expect(coalesced).toBeLessThanOrEqual(misses)
  })
  return cache
}
