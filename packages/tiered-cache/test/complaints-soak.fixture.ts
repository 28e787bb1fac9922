import { setImmediate as turn } from 'node:timers/promises'
import { memoryTier, TieredCache } from '@org/tiered-cache'

/** A line of JSON: how much more a cache holds after many rounds of its verbs than after a third of them. Nothing is cleared: it would hide what is left behind. */
const collect = (globalThis as { gc?: () => void }).gc as () => void
const cache = new TieredCache<object>({ tiers: [memoryTier({ maxEntries: 100 })], ttl: '20ms', grace: '20ms' })
const failing = (): Promise<object> => Promise.reject(new Error('the source is down'))

async function heap(): Promise<number> {
  await cache.idle()
  for (let round = 0; round < 3; round++) {
    collect()
    await turn()
  }
  return process.memoryUsage().heapUsed
}

async function work(from: number, rounds: number): Promise<void> {
  for (let at = from; at < from + rounds; at++) {
    const { signal } = new AbortController()
    await cache.getOrSet(`loaded ${at}`, () => ({ at }), { signal, negativeTtl: '10ms', refreshAhead: 0.1 })
    await cache.getOrSet(`failing ${at}`, failing, { negativeErrors: () => '10ms' }).catch(() => {})
    await cache.getOrSetMany([`many ${at}`, `of them ${at}`], (keys) => new Map(keys.map((key) => [key, { at }])))
    await cache.set(`set ${at}`, { at })
    await cache.get(`absent ${at}`)
    await cache.delete(`set ${at}`)
  }
}

// What code and shapes take is there after a while, and what is remembered has reached its bounds.
await work(0, 30_000)
const before = await heap()
await work(30_000, 60_000)
process.stdout.write(JSON.stringify((await heap()) - before))
