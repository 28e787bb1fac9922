import { TieredCache } from '@org/tiered-cache'
import { redisTier } from '@org/tiered-cache/redis'

// A script that asks for a key whose lease another process has: nothing but the wait keeps it alive.
const [url, prefix] = process.argv.slice(2)
const cache = new TieredCache({ tiers: [redisTier({ url, prefix, lease: { duration: '1s' } })] })
await cache.ready()
process.stdout.write('asked\n')
process.stdout.write(`${await cache.getOrSet('k', () => 'loaded')}\n`)
await cache.close()
