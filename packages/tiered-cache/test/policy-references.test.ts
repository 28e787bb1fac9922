import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { LruPolicy } from '../src/policies/lru-policy.ts'
import { SievePolicy } from '../src/policies/sieve-policy.ts'
import { TinyLfuPolicy } from '../src/policies/tinylfu/tinylfu-policy.ts'
import { PolicyDriver, type PolicyMaker } from './policy-driver.fixture.ts'
import { type HistoryPlan, playHistory } from './policy-history.fixture.ts'
import { Lockstep } from './policy-lockstep.fixture.ts'
import { PlainLru, PlainSieve } from './policy-plain-lists.fixture.ts'
import { PlainTinyLfu } from './policy-plain-tinylfu.fixture.ts'

const seed = testSeed()

const POLICIES: readonly (readonly [name: string, make: PolicyMaker])[] = [
  ['LruPolicy', () => new Lockstep(new LruPolicy(), new PlainLru())],
  ['SievePolicy', () => new Lockstep(new SievePolicy(), new PlainSieve())],
  [
    'TinyLfuPolicy',
    (weights, bounds) =>
      new Lockstep(new TinyLfuPolicy(weights, bounds, seed), new PlainTinyLfu(weights, bounds, seed)),
  ],
]

// Sums of these are exact, so the reference may make them anew.
const DYADIC = [0, 0.125, 1, 1, 2.5, 4, 7, 30, 1024]

/** Counted alone, and weighed; so small that each slot matters, and so large that keys are sampled and frequencies halved. */
const PLANS: readonly (readonly [name: string, plan: HistoryPlan])[] = [
  ...[1, 2, 3, 5, 17].map((maxEntries) => counted(maxEntries, 6_000, 1)),
  counted(140, 12_000, 20),
  ...[1, 6, 40].map((maxWeight) => weighed(Infinity, maxWeight, 4_000)),
  weighed(9, 40, 4_000),
  weighed(60, 3_000, 4_000),
]

function counted(maxEntries: number, steps: number, checkEvery: number): readonly [string, HistoryPlan] {
  return [`${maxEntries} entries`, { bounds: { maxEntries, maxWeight: Infinity }, steps, weights: [1], checkEvery }]
}

function weighed(maxEntries: number, maxWeight: number, steps: number): readonly [string, HistoryPlan] {
  const name = `${maxEntries} entries of ${maxWeight}`
  return [name, { bounds: { maxEntries, maxWeight }, steps, weights: DYADIC, upheaval: 0.004 }]
}

describe.each(POLICIES)('%s', (_name, makePolicy) => {
  it.each(PLANS)(`chooses what its plain reference chooses: %s (TEST_SEED=${seed})`, (_plan, plan) => {
    const driver = new PolicyDriver(plan.bounds, makePolicy)
    playHistory(driver, seededRandom(seed), plan)
    expect(driver.evictions).toBeGreaterThan(0)
  })
})
