// Run as a program with a directory: a node with memory over a disk, which obeys until it is killed.
import { createInterface } from 'node:readline'
import { memoryTier, TieredCache } from '@org/tiered-cache'
import { diskTier } from '@org/tiered-cache/disk'

const [directory = ''] = process.argv.slice(2)
const cache = new TieredCache<string>({ tiers: [memoryTier(), diskTier({ directory })], grace: '1h' })
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line ?? null)}\n`)
const names = (tags: string | undefined): readonly string[] => (tags === undefined ? [] : tags.split(','))

const orders: Readonly<Record<string, (first: string, second?: string) => unknown>> = {
  set: (key, tags) => cache.set(key, 'v', { tags: names(tags) }),
  delete: (tag) => cache.invalidateTag(tag),
  expire: (tag) => cache.invalidateTag(tag, { mode: 'expire' }),
  get: async (key) => (await cache.get(key)) ?? 'nothing',
  stale: (key, tags) => cache.getOrSet(key, () => 'loaded', { tags: names(tags) }),
  clear: (name) => cache.namespace(name).clear(),
  put: (name, key = '') => cache.namespace<string>(name).set(key, 'v'),
  ask: async (name, key = '') => (await cache.namespace<string>(name).get(key)) ?? 'nothing',
  idle: () => cache.idle(),
}
await cache.ready()
say('ready')
for await (const line of createInterface({ input: process.stdin })) {
  const [order = '', first = '', second] = line.split(' ')
  say((await orders[order]?.(first, second)) ?? 'done')
}
