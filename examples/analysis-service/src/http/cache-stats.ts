import type { CacheStats, TieredCache } from '@org/tiered-cache'
import type { Analysis } from '../analysis-service.ts'
import type { ServedFrom } from '../served-from.ts'

/** What `GET /stats/cache` answers: first the fields that operators know, then all that the cache counts. */
export interface CacheReport {
  readonly hits_memory: number
  readonly hits_redis: number
  readonly hits_disk: number
  readonly misses: number
  /** The sum of the four. */
  readonly total_requests: number
  /** Such as `"87.7%"`. */
  readonly hit_rate: string
  readonly memory_size: number
  readonly memory_maxsize: number
  /** `false` where there is no Redis. */
  readonly redis_available: boolean
  readonly stats: CacheStats
}

/** Read to learn whether Redis is back: the cache itself asks again only when somebody asks it. */
const PROBE_KEY = 'stats:probe'

export async function cacheReport(cache: TieredCache<Analysis>, servedFrom: ServedFrom): Promise<CacheReport> {
  await cache.has(PROBE_KEY)
  const stats = cache.stats()
  const { memory, redis } = stats.tiers
  return {
    hits_memory: servedFrom.hits('memory'),
    hits_redis: servedFrom.hits('redis'),
    hits_disk: servedFrom.hits('disk'),
    misses: stats.misses,
    total_requests: stats.requests,
    hit_rate: `${(stats.hitRate * 100).toFixed(1)}%`,
    memory_size: memory?.entries ?? 0,
    memory_maxsize: memory?.maxEntries ?? 0,
    redis_available: redis?.available ?? false,
    stats,
  }
}
