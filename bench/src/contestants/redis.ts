import type { Tier } from '@org/tiered-cache'
import { redisTier } from '@org/tiered-cache/redis'
import { type Contestant, type Ground, PATIENCE, redisOf } from './contestant.ts'
import { singleTier } from './single-tier.ts'

export const REDIS = 'Redis (redisTier)'

/** A cache of Redis alone. */
export function openRedis(ground: Ground): Promise<Contestant> {
  return singleTier(REDIS, openRedisTier('alone', ground), ground)
}

/** The product's tier over a connection of its own, as it comes but for the deadline: with leases and compression. */
export function openRedisTier(name: string, ground: Ground): Tier {
  const { url, namespace } = redisOf(ground)
  return redisTier({ url, prefix: `${namespace}${name}:`, deadline: PATIENCE })
}
