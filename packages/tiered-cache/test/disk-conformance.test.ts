import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, it } from 'vitest'
import { type DiskTierOptions, diskTier } from '../src/disk/index.ts'
import { tierConformance } from '../src/testing/index.ts'
import type { Tier } from '../src/tiers/tier.ts'

const root = mkdtempSync(join(tmpdir(), 'disk-conformance-'))
const optionsOf = new WeakMap<Tier, DiskTierOptions>()

afterAll(() => rmSync(root, { recursive: true, force: true }))

const settings: readonly Partial<DiskTierOptions>[] = [
  {},
  { compression: 'zstd' },
  { segmentBytes: '4kb' },
  { durable: true, maxBytes: '64mb' },
]

for (const options of settings) {
  tierConformance(
    { describe, it },
    {
      name: `diskTier with ${JSON.stringify(options)}`,
      createTier: () => tierWith({ ...options, directory: join(root, randomUUID()) }),
      reopen: (tier) => tierWith(optionsOf.get(tier) as DiskTierOptions),
    },
  )
}

function tierWith(options: DiskTierOptions): Tier {
  const tier = diskTier(options)
  optionsOf.set(tier, options)
  return tier
}
