import { memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import { describe, expect, it, onTestFinished } from 'vitest'
import { GatedTier } from './gated-tier.fixture.ts'

describe('A set-up that bites', () => {
  it('is warned of once, when the cache is made, with the name of the cache', async () => {
    const lines = warningsOf([memoryTier({ maxEntries: Infinity }), new GatedTier({ name: 'redis', shared: true })])
    expect(lines).toEqual([
      [expect.stringMatching(/^a shared tier beside private ones without a bus: .*redisBus/), { cache: 'users' }],
      [expect.stringMatching(/^tier "memory" keeps its entries in memory without a bound: /), { cache: 'users' }],
    ])
  })

  it('is none by default', () => {
    expect(warningsOf(undefined)).toEqual([])
    expect(warningsOf([memoryTier(), new GatedTier()])).toEqual([])
  })
})

function warningsOf(tiers: readonly Tier[] | undefined): readonly unknown[] {
  const lines: unknown[] = []
  const warn = (line: string, fields?: object): void => void lines.push([line, fields])
  const logger = { debug() {}, info() {}, warn, error: warn }
  const cache = new TieredCache({ name: 'users', tiers, logger })
  onTestFinished(() => cache.close())
  return lines
}
