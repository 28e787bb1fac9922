import { type Entry, memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it } from 'vitest'
import { GatedTier } from './gated-tier.fixture.ts'
import { referenceTier } from './plain-tiers.fixture.ts'

const START = Date.UTC(2026, 0, 1)

function setUp(options = {}) {
  const clock = new ManualClock(START)
  const lower = new GatedTier({ name: 'lower', shared: true })
  const cache = new TieredCache<string>({ tiers: [memoryTier(), lower], clock, ttl: '5m', grace: '1h', ...options })
  return { clock, lower, cache }
}

describe('explain', () => {
  it('tells where a fresh value is and what becomes of it', async () => {
    const { cache, clock } = setUp()
    await cache.set('user:1', 'secret')
    await clock.advance('48s')
    const words = await cache.explain('user:1')
    expect(words.split('\n')).toEqual([
      '"user:1" at 2026-01-01T00:00:48.000Z',
      '  memory: a value, fresh, stored 48 s ago',
      '  lower: a value, fresh, stored 48 s ago',
      'get and getOrSet hit',
      'it is stale in 4 min 12 s, at 2026-01-01T00:05:00.000Z, and is gone in 1 h 4 min, at 2026-01-01T01:05:00.000Z',
    ])
    expect(words).not.toContain('secret')
    expect(cache.stats().requests).toBe(0)
  })

  it.each([
    ['stale', '10m', 'getOrSet gives the stale value and renews it'],
    ['expired', '2h', 'get misses; getOrSet loads'],
  ] as const)('tells of a value that is %s', async (state, later, outcome) => {
    const { cache, clock } = setUp()
    await cache.set('a', 'v1')
    await clock.advance(later)
    const words = await cache.explain('a')
    expect(words).toContain(outcome)
    if (state === 'stale') expect(words).toContain('memory: a value, stale')
  })

  it('tells of a key that nobody has, of one that was not found, and of one without an end', async () => {
    const { cache } = setUp({ negativeTtl: '1m', ttl: Infinity })
    await expect(cache.explain('none')).resolves.toContain('  memory: nothing\n  lower: nothing\nget misses')
    await cache.getOrSet('absent', () => undefined as unknown as string)
    await expect(cache.explain('absent')).resolves.toContain('that nothing was found, fresh')
    await cache.set('ever', 'v1')
    await expect(cache.explain('ever')).resolves.toContain('it is never stale, and is never gone')
  })

  it('tells of a tier that is not available', async () => {
    const { cache, lower } = setUp()
    lower.hold('get')
    for (let call = 0; call < 6; call++) {
      const reading = cache.get(`k${call}`)
      while (lower.held.length > 0) lower.next('get').fail()
      await reading.catch(() => {})
    }
    await expect(cache.explain('a')).resolves.toContain('lower: not available (breaker ')
  })
})

describe('entries', () => {
  it('gives each fresh value once, from the fastest tier that has it', async () => {
    const clock = new ManualClock(START)
    const tiers = [memoryTier({ name: 'small', maxEntries: 2 }), memoryTier()]
    const cache = new TieredCache<number>({ tiers, clock, ttl: '1m' })
    for (let at = 0; at < 5; at++) await cache.set(`key:${at}`, at)
    await cache.set('brief', 9, { ttl: '1s', grace: '1h' })
    await clock.advance('1s')
    const found = new Map<string, number>()
    for await (const [key, value] of cache) {
      expect(found.has(key)).toBe(false)
      found.set(key, value)
    }
    expect(found).toEqual(new Map(Array.from({ length: 5 }, (_, at) => [`key:${at}`, at] as const)))
  })

  it('leaves out records of the cache itself, and what is no entry', async () => {
    const entry = {
      value: 1,
      storedAt: 0,
      staleAt: Infinity,
      expiresAt: Infinity,
      loadMs: 0,
      etag: undefined,
      stamps: [],
    }
    const tier: Tier = {
      ...referenceTier(),
      entries: () => [
        ['\u0000bus', entry],
        ['broken', { value: 2 } as Entry],
        ['a', entry],
      ],
    }
    const cache = new TieredCache({ tiers: [tier] })
    const keys: string[] = []
    for await (const [key] of cache.entries()) keys.push(key)
    expect(keys).toEqual(['a'])
  })
})
