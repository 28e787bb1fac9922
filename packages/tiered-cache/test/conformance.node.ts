/**
 * The conformance suite under `node --test`, for readers without vitest. Run from the root:
 * `node --conditions=@org/source --test packages/tiered-cache/test/conformance.node.ts`.
 */
import { describe, it } from 'node:test'
import { type Entry, keyvTier, memoryTier, quickLruTier, structuredCodec, type Tier } from '@org/tiered-cache'
import { tierConformance } from '@org/tiered-cache/testing'
import { Keyv } from 'keyv'
import QuickLRU from 'quick-lru'

const runner = { describe, it }

/** A tier by a third party, in 20 lines: encoded values in a Map. */
function mapTier(): Tier {
  const map = new Map<string, Entry>()
  return {
    name: 'map',
    shared: false,
    sync: false,
    async get(key) {
      const entry = map.get(key)
      return entry && { ...entry, value: structuredCodec.decode(entry.value as Uint8Array) }
    },
    async set(key, entry) {
      map.set(key, { ...entry, value: structuredCodec.encode(entry.value) })
    },
    async delete(key) {
      map.delete(key)
    },
  }
}

tierConformance(runner, { name: 'mapTier', createTier: mapTier })

tierConformance(runner, { name: 'memoryTier', createTier: () => memoryTier(), keepsReferences: true })

tierConformance(runner, {
  name: 'quickLruTier',
  createTier: () => quickLruTier(new QuickLRU({ maxSize: 10_000 })),
  keepsReferences: true,
})

tierConformance(runner, {
  name: 'keyvTier over a Map',
  createTier: () => keyvTier(new Keyv({ store: new Map() }), { shared: false }),
})
