import { randomUUID } from 'node:crypto'
import KeyvRedis from '@keyv/redis'
import { keyvTier, type Tier } from '@org/tiered-cache'
import { Keyv } from 'keyv'
import { type Contestant, type Ground, PATIENCE } from './contestant.ts'
import { singleTier } from './single-tier.ts'

export const REDIS = 'Redis (@keyv/redis)'

/** A cache of Redis alone. */
export function openRedis(ground: Ground): Promise<Contestant> {
  return singleTier(REDIS, redisTier(ground), ground)
}

/** Redis behind Keyv, under a namespace of its own: whatever else the server holds stays untouched. */
export function redisTier({ redisUrl }: Ground): Tier {
  if (redisUrl === undefined) throw new Error('no Redis was started for this run')
  const keyv = new Keyv(new KeyvRedis(redisUrl), { namespace: `bench:${randomUUID()}` })
  return keyvTier(keyv, { name: 'redis', shared: true, deadline: PATIENCE, closeKeyv: true })
}
