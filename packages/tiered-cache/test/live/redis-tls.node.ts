/**
 * Two nodes over an address of Redis, as a program of its own, since NODE_EXTRA_CA_CERTS is read when a process begins. Prints what
 * came of it. Arguments: the address, the prefix.
 */
import { eventually } from '@org/testkit'
import { memoryTier, TieredCache } from '@org/tiered-cache'
import { redisBus, redisTier } from '@org/tiered-cache/redis'

const [, , url = '', prefix = ''] = process.argv
const [told, faults]: [string[], string[]] = [[], []]
const tell = (message: string, fields?: object): void => {
  told.push(`${message} ${JSON.stringify(fields ?? {})}`)
}

function node(): TieredCache {
  const cache = new TieredCache({
    tiers: [memoryTier(), redisTier({ url, prefix, deadline: '5s' })],
    bus: redisBus({ url, stream: `${prefix}bus` }),
    logger: { debug: tell, info: tell, warn: tell, error: tell },
  })
  cache.on('fault', ({ error }) => faults.push(`${error.message}: ${String(error.cause)}`))
  return cache
}

const [a, b] = [node(), node()]
await Promise.all([a.ready(), b.ready()])
const loaded = await a.getOrSet('key', () => 'loaded')
const held = await b.getOrSet('key', () => 'loaded by the other')
const { reached } = await a.set('key', 'set')
if (reached) await eventually(() => b.getSync('key') === undefined)
const value = await b.get('key')
await Promise.all([a.close(), b.close()])
console.log(JSON.stringify({ loaded, held, reached, value, faults, told }))
