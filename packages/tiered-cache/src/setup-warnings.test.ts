import { describe, expect, it } from 'vitest'
import { memoryTier } from './tiers/memory-tier.ts'
import { quickLruTier } from './tiers/quick-lru-tier.ts'
import type { Tier, TierMeasure } from './tiers/tier.ts'
import { setupWarnings } from './setup-warnings.ts'

const NO_BOUND = expect.stringMatching(
  /^tier "memory" keeps its entries in memory without a bound: .*maxEntries or maxBytes/,
)
const NO_BUS = expect.stringMatching(/^a shared tier beside private ones without a bus/)

function tierOf(part: Partial<Tier>): Tier {
  return { name: 'memory', shared: false, sync: true, get: () => undefined, set() {}, delete() {}, ...part }
}

const measuring = (maxEntries: number, maxWeight: number): Partial<Tier> => ({
  measure: (): TierMeasure => ({ entries: 0, maxEntries, weight: 0, maxWeight }),
})
const unbounded = measuring(Infinity, Infinity)

describe('setupWarnings', () => {
  it.each([
    ['of the default', memoryTier()],
    ['bounded by bytes', memoryTier({ maxBytes: '1mb' })],
    ['bounded by weight', memoryTier({ maxWeight: 5, weigh: () => 1 })],
    ['of a third party with a bound on entries', tierOf(measuring(5, Infinity))],
    ['of a third party with a bound on weight', tierOf(measuring(Infinity, 5))],
    ['that does not say how full it is', tierOf({})],
    [
      'that fails to say so',
      tierOf({
        measure: () => {
          throw new Error('broken')
        },
      }),
    ],
    ['that others see too', tierOf({ ...unbounded, shared: true })],
    ['that is not in memory', tierOf({ ...unbounded, sync: false })],
  ])('say nothing of a tier %s', (_, tier) => {
    expect(setupWarnings([tier], false)).toEqual([])
  })

  it.each([
    ['a memory tier whose bound was taken away', memoryTier({ maxEntries: Infinity })],
    ['one without a bound on its weight either', memoryTier({ maxWeight: Infinity, weigh: () => 1 })],
    [
      'a quick-lru without one',
      quickLruTier(
        { get() {}, set() {}, delete: () => true, clear() {}, size: 0, maxSize: Infinity },
        { name: 'memory' },
      ),
    ],
    ['one of a third party', tierOf(unbounded)],
  ])('tell of %s', (_, tier) => {
    expect(setupWarnings([tier], false)).toEqual([NO_BOUND])
  })

  it('tell of each such tier, and of each mistake', () => {
    const tiers = [
      memoryTier({ maxEntries: Infinity }),
      tierOf({ ...unbounded, name: 'second' }),
      tierOf({ name: 'redis', shared: true, sync: false }),
    ]
    expect(setupWarnings(tiers, false)).toEqual([NO_BUS, NO_BOUND, expect.stringContaining('"second"')])
    expect(setupWarnings(tiers, true)).toEqual([NO_BOUND, expect.stringContaining('"second"')])
  })

  it('tell of a missing bus only where a shared tier has private ones beside it', () => {
    const shared = tierOf({ name: 'redis', shared: true, sync: false })
    expect(setupWarnings([memoryTier(), shared], false)).toEqual([NO_BUS])
    expect(setupWarnings([memoryTier(), shared], true)).toEqual([])
    expect(setupWarnings([shared], false)).toEqual([])
    expect(setupWarnings([memoryTier()], false)).toEqual([])
  })

  it('tell of no missing bus where each private tier has a ttl, as was advised', () => {
    const shared = tierOf({ name: 'redis', shared: true, sync: false })
    const [capped, disk] = [memoryTier({ ttl: '5s' }), tierOf({ name: 'disk', sync: false })]
    expect(setupWarnings([capped, shared], false)).toEqual([])
    expect(setupWarnings([capped, shared, disk], false)).toEqual([NO_BUS])
    expect(setupWarnings([capped, { ...shared, ttl: '5s' }, disk], false)).toEqual([NO_BUS])
  })
})
