import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import KeyvRedis from '@keyv/redis'
import { Keyv } from 'keyv'
import { KeyvFile } from 'keyv-file'
import { Keyv as Keyv5 } from 'keyv5'
import QuickLRU from 'quick-lru'
import { afterAll, describe, inject, it } from 'vitest'
import { ChaosTier, tierConformance } from '../src/testing/index.ts'
import { type KeyvLike, keyvTier } from '../src/tiers/keyv-tier.ts'
import type { MemoryTierOptions } from '../src/tiers/memory/memory-tier-options.ts'
import { memoryTier } from '../src/tiers/memory-tier.ts'
import { quickLruTier } from '../src/tiers/quick-lru-tier.ts'
import type { Tier } from '../src/tiers/tier.ts'

const runner = { describe, it }
const directory = mkdtempSync(join(tmpdir(), 'tier-conformance-'))
const files = new WeakMap<Tier, string>()

afterAll(() => rmSync(directory, { recursive: true, force: true }))

const memoryTiers: readonly MemoryTierOptions[] = [
  {},
  { policy: 'lru' },
  { policy: 'sieve' },
  { maxBytes: '64mb' },
  { maxWeight: 1e9, weigh: (_value, key) => key.length, policy: 'lru' },
  { copy: 'freeze' },
  { copy: 'clone' },
  { copy: 'clone', maxBytes: '64mb', policy: 'sieve' },
]

for (const options of memoryTiers) {
  tierConformance(runner, {
    name: `memoryTier with ${
      Object.entries(options)
        .map(([name, value]) => `${name} ${typeof value === 'function' ? 'of its own' : value}`)
        .join(', ') || 'its defaults'
    }`,
    createTier: () => memoryTier(options),
    // Frozen or not, it is the very object.
    keepsReferences: options.copy !== 'clone',
  })
}

tierConformance(runner, {
  name: 'quickLruTier',
  createTier: () => quickLruTier(new QuickLRU({ maxSize: 10_000 })),
  keepsReferences: true,
})

for (const [version, make] of [
  ['keyv 6', (options: object): KeyvLike => new Keyv(options)],
  ['keyv 5', (options: object): KeyvLike => new Keyv5(options)],
] as const) {
  const overFile = (filename: string): Tier => {
    const store = new KeyvFile({ filename, writeDelay: 1 })
    const tier = keyvTier(make({ store }), { name: 'file', shared: false, closeKeyv: true })
    files.set(tier, filename)
    return tier
  }

  tierConformance(runner, {
    name: `keyvTier over a Map (${version})`,
    createTier: () => keyvTier(make({ store: new Map() }), { shared: false }),
  })

  tierConformance(runner, {
    name: `keyvTier over keyv-file (${version})`,
    createTier: () => overFile(join(directory, `${randomUUID()}.json`)),
    reopen: (tier) => overFile(files.get(tier) as string),
  })

  tierConformance(runner, {
    name: `keyvTier over Redis (${version})`,
    createTier: () => overRedis(make, randomUUID()),
  })
}

tierConformance(runner, {
  name: 'ChaosTier, healed, around keyvTier',
  createTier: () => {
    const tier = new ChaosTier(keyvTier(new Keyv({ store: new Map() })))
    tier.fail()
    tier.heal()
    return tier
  },
})

tierConformance(runner, {
  name: 'ChaosTier, healed, around memoryTier',
  createTier: () => new ChaosTier(memoryTier()),
  keepsReferences: true,
})

function overRedis(make: (options: object) => KeyvLike, namespace: string): Tier {
  const store = new KeyvRedis(inject('redisUrl'), { namespace })
  return keyvTier(make({ store, namespace }), { name: 'redis', closeKeyv: true })
}
