import { TieredCache } from '@org/tiered-cache'
import { redisTier } from '@org/tiered-cache/redis'
import { randomId } from '../../src/random-id.ts'
import { expect, it } from 'vitest'
import { ownRedis } from './own-redis.fixture.ts'

const redis = ownRedis()

it('Values of 5 MB, several at once, are no fault of a Redis that answers others within a millisecond', async () => {
  const tier = redisTier({ url: redis.url, prefix: redis.prefix, deadline: '10s' })
  const cache = new TieredCache<string>({ tiers: [tier] })
  const faults: (string | undefined)[] = []
  cache.on('fault', ({ error }) => faults.push(error.key))
  await cache.ready()
  for (let call = 0; call < 300; call++) await cache.set('small', String(call))
  // Chance does not compress.
  const large = Array.from({ length: 5 }, () => randomId(8_000).repeat(500))
  const sets = await Promise.all(large.map((value, at) => cache.set(`large:${at}`, value)))
  expect(sets).toEqual(large.map(() => ({ reached: true })))
  // A small one may be cut off where the machine is busy.
  expect(faults.filter((key) => key?.startsWith('large') === true)).toEqual([])
  expect(cache.stats().tiers['redis']?.breaker).toBe('closed')
  expect(await cache.get('large:4')).toBe(large[4])
  await cache.close()
})
