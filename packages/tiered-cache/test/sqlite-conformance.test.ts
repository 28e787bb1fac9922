import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, it } from 'vitest'
import { sqliteTier } from '../src/disk/sqlite-tier.ts'
import type { SqliteTierOptions } from '../src/disk/sqlite-tier-options.ts'
import { tierConformance } from '../src/testing/index.ts'
import type { Tier } from '../src/tiers/tier.ts'

const directory = mkdtempSync(join(tmpdir(), 'sqlite-conformance-'))
let files = 0

afterAll(() => rmSync(directory, { recursive: true, force: true }))

const kinds: readonly Partial<SqliteTierOptions>[] = [{}, { shared: false }, { maxBytes: '16mb' }]

for (const options of kinds) {
  const opened = new WeakMap<Tier, string>()
  const over = (file: string): Tier => {
    const tier = sqliteTier({ file, ...options })
    opened.set(tier, file)
    return tier
  }
  tierConformance(
    { describe, it },
    {
      name: `sqliteTier ${JSON.stringify(options)}`,
      createTier: () => over(join(directory, `${files++}.sqlite`)),
      reopen: (tier) => over(opened.get(tier) ?? ''),
    },
  )
}
