import KeyvRedis from '@keyv/redis'
import { keyvTier } from '@org/tiered-cache'
import { Keyv } from 'keyv'
import { type Contestant, type Ground, PATIENCE, redisOf } from './contestant.ts'
import { singleTier } from './single-tier.ts'

export const KEYV_REDIS = 'Redis (@keyv/redis)'

/** A cache of @keyv/redis alone, with its default options: one plain command for an operation. */
export function openKeyvRedis(ground: Ground): Promise<Contestant> {
  const { url, namespace } = redisOf(ground)
  const keyv = new Keyv(new KeyvRedis(url), { namespace: `${namespace}keyv` })
  const tier = keyvTier(keyv, { name: 'redis', shared: true, deadline: PATIENCE, closeKeyv: true })
  return singleTier(KEYV_REDIS, tier, ground)
}
