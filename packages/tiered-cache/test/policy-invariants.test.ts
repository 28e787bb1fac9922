import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LruPolicy } from '../src/policies/lru-policy.ts'
import { NONE } from '../src/policies/policy.ts'
import { SievePolicy } from '../src/policies/sieve-policy.ts'
import { Draws } from '../src/policies/tinylfu/draws.ts'
import { TinyLfuPolicy } from '../src/policies/tinylfu/tinylfu-policy.ts'
import { type DrivenBounds, PolicyDriver, type PolicyMaker } from './policy-driver.fixture.ts'
import { playHistory } from './policy-history.fixture.ts'

const seed = testSeed()

const POLICIES: readonly (readonly [name: string, make: PolicyMaker])[] = [
  ['LruPolicy', () => new LruPolicy()],
  ['SievePolicy', () => new SievePolicy()],
  ['TinyLfuPolicy', (weights, bounds) => new TinyLfuPolicy(weights, bounds, seed)],
]

const KINDS: readonly (readonly [name: string, weights: readonly number[]])[] = [
  ['fractions', [0.1, 0.2, 0.3, 1 / 3, 0.7, 1.1]],
  ['zero', [0]],
  ['zero and one', [0, 0, 0, 1]],
  ['next to nothing', [Number.MIN_VALUE, 1e-300, 1e-17, 1]],
  ['tiny and huge', [0, 1e-9, 0.1, 3, 1e6, 1e15]],
  ['huge', [1e300, 1e299, 3e300, Number.MAX_VALUE / 8]],
]

const BOUNDS: readonly DrivenBounds[] = [
  { maxEntries: Infinity, maxWeight: 3 },
  { maxEntries: 1, maxWeight: 1 },
  { maxEntries: 2, maxWeight: 1e6 },
  { maxEntries: 3, maxWeight: 1e301 },
  { maxEntries: 25, maxWeight: 8 },
  { maxEntries: 300, maxWeight: 1e16 },
  // Here the sum may be more than any number.
  { maxEntries: 40, maxWeight: Infinity },
]

describe.each(POLICIES)('%s', (_name, makePolicy) => {
  describe.each(KINDS)(`with weights that are %s (TEST_SEED=${seed})`, (_kind, weights) => {
    it.each(BOUNDS)('holds what it was given: $maxEntries entries of $maxWeight', (bounds) => {
      const driver = new PolicyDriver(bounds, makePolicy)
      playHistory(driver, seededRandom(seed), { bounds, steps: 1_500, weights, upheaval: 0.003 })
      drain(driver)
    })
  })

  it(`is as good as new after clear, but for its draws (TEST_SEED=${seed})`, () => {
    vi.spyOn(Draws.prototype, 'next').mockReturnValue(1)
    onTestFinished(() => void vi.restoreAllMocks())
    const used = new PolicyDriver({ maxEntries: 20, maxWeight: Infinity }, makePolicy)
    const fresh = new PolicyDriver({ maxEntries: 20, maxWeight: Infinity }, makePolicy)
    playHistory(used, seededRandom(seed), { bounds: used.bounds, steps: 3_000, weights: [1], upheaval: 0 })
    used.clear()
    for (const driver of [used, fresh]) {
      playHistory(driver, seededRandom(seed + 1), { bounds: driver.bounds, steps: 500, weights: [1], upheaval: 0 })
    }
    expect([...used.slots.keys()]).toEqual([...fresh.slots.keys()])
  })

  it('has no victim where it has nothing', () => {
    const { policy } = new PolicyDriver({ maxEntries: 1, maxWeight: 1 }, makePolicy)
    expect([policy.evict(), [...policy.hottest()]]).toEqual([NONE, []])
  })
})

/** Every slot comes out, but for the last one. */
function drain(driver: PolicyDriver): void {
  driver.resize({ maxEntries: 1 })
  driver.check()
  for (const key of driver.slots.keys()) driver.delete(key)
  expect([driver.policy.evict(), [...driver.policy.hottest()]]).toEqual([NONE, []])
}
