import { describe, expect, it } from 'vitest'
import type { Entry } from '../src/entry.ts'
import { type TierSuiteOptions, tierConformance } from '../src/testing/index.ts'
import type { Tier } from '../src/tiers/tier.ts'
import { COPYING_FAULTS } from './broken-copies.fixture.ts'
import { FAULTS } from './broken-tiers.fixture.ts'
import { CollectingRunner } from './collecting-runner.fixture.ts'
import { copyingTier, referenceTier } from './plain-tiers.fixture.ts'

describe('tierConformance', () => {
  it('passes a tier that keeps the contract by reference', async () => {
    const failed = await failures({ name: 'reference', createTier: referenceTier, keepsReferences: true })
    expect([...failed]).toEqual([])
  })

  it('passes a tier that keeps the contract by copies', async () => {
    const stores = new WeakMap<Tier, Map<string, Entry>>()
    const make = (store: Map<string, Entry>): Tier => {
      const tier = copyingTier(store)
      stores.set(tier, store)
      return tier
    }
    const reopen = (tier: Tier): Tier => make(stores.get(tier) ?? new Map())
    const failed = await failures({ name: 'copying', createTier: () => make(new Map()), reopen })
    expect([...failed]).toEqual([])
  })

  it('names its tests after the tier, each one once', () => {
    const { names } = registered({ name: 'mine', createTier: referenceTier })
    expect(new Set(names).size).toBe(names.length)
    expect(names.every((name) => name.startsWith('mine as a tier > '))).toBe(true)
  })

  it.each(FAULTS)('catches a tier that %s', async (_fault, caughtBy, breakIt) => {
    const createTier = (): Tier => {
      const tier = referenceTier()
      return { ...tier, ...breakIt(tier) }
    }
    const failed = await failures({ name: 'broken', createTier, keepsReferences: true })
    expect([...failed.keys()].filter((name) => caughtBy.test(name))).not.toEqual([])
  })
})

describe('tierConformance of a tier that copies', () => {
  it.each(COPYING_FAULTS)('catches one that %s', async (_fault, caughtBy, breakIt) => {
    const createTier = (): Tier => {
      const tier = copyingTier()
      return { ...tier, ...breakIt(tier) }
    }
    const failed = await failures({ name: 'broken', createTier })
    expect([...failed.keys()].filter((name) => caughtBy.test(name))).not.toEqual([])
  })

  it('catches one that loses its data at a restart', async () => {
    const failed = await failures({ name: 'broken', createTier: () => copyingTier(), reopen: () => copyingTier() })
    expect([...failed.keys()]).toEqual([expect.stringContaining('after a restart')])
  })
})

function registered(options: TierSuiteOptions): CollectingRunner {
  const runner = new CollectingRunner()
  tierConformance(runner, options)
  return runner
}

function failures(options: TierSuiteOptions): Promise<ReadonlyMap<string, unknown>> {
  return registered(options).failures()
}
