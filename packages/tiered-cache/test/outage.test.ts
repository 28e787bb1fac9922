import { memoryTier, type Tier, TierDeadlineError, TieredCache, type TieredCacheOptions } from '@org/tiered-cache'
import { ChaosTier, ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it } from 'vitest'
import { GatedTier } from './gated-tier.fixture.ts'
import { checkingRequests } from './requests.fixture.ts'

function setUp(options: TieredCacheOptions<string> & { shared?: boolean; inner?: Tier } = {}) {
  const { shared = true, inner = new GatedTier({ name: 'lower', shared }), ...rest } = options
  const clock = new ManualClock()
  const chaos = new ChaosTier(inner, { clock })
  const lines: string[] = []
  const write = (level: string) => (message: string) => lines.push(`${level} ${message}`)
  const logger = { debug() {}, info: write('info'), warn: write('warn'), error: write('error') }
  const cache = checkingRequests(new TieredCache<string>({ tiers: [memoryTier(), chaos], clock, logger, ...rest }))
  return { clock, chaos, cache, lines, lower: () => cache.stats().tiers['lower']! }
}

/** Whether the call has settled once all that is ready has run, without the clock moving. */
async function isPending(call: Promise<unknown>): Promise<boolean> {
  let pending = true
  const settle = () => {
    pending = false
  }
  call.then(settle, settle)
  await new Promise((resolve) => setImmediate(resolve))
  return pending
}

describe('A tier that never answers', () => {
  it.each([
    [true, 250],
    [false, 1_000],
  ])('delays a get by its deadline at most (shared %s: %i ms)', async (shared, deadline) => {
    const { cache, chaos, clock, lower } = setUp({ shared })
    chaos.mute()
    const reading = cache.get('a')
    await clock.advance(deadline - 1)
    expect(await isPending(reading)).toBe(true)
    await clock.advance(1)
    await expect(reading).resolves.toBeUndefined()
    expect(lower()).toMatchObject({ faults: 1, misses: 1 })
  })

  it('delays nobody once its breaker is open, not even for the probe', async () => {
    const { cache, chaos, clock, lower } = setUp()
    chaos.mute()
    const reads = Array.from({ length: 5 }, (_, at) => cache.get(`key ${at}`))
    await clock.advance(250)
    await Promise.all(reads)
    expect(lower()).toMatchObject({ available: false, breaker: 'open', faults: 5 })
    expect(await isPending(cache.get('a'))).toBe(false)
    await clock.advance('1s')
    expect(await isPending(cache.get('a'))).toBe(false)
    expect(lower().breaker).toBe('half-open')
    expect(await isPending(cache.getOrSet('b', () => 'loaded'))).toBe(false)
    await clock.advance(250)
    expect(lower()).toMatchObject({ breaker: 'open', faults: 6 })
  })

  it('is read again after one good probe', async () => {
    const { cache, chaos, clock, lower } = setUp()
    await cache.set('a', 'value')
    chaos.fail()
    for (let at = 0; at < 5; at++) await cache.get(`key ${at}`)
    expect(lower().available).toBe(false)
    chaos.heal()
    await clock.advance('1s')
    await cache.get('probe')
    await cache.idle()
    expect(lower()).toMatchObject({ available: true, breaker: 'closed' })
  })

  it('holds up set and delete by its deadline, and they say so', async () => {
    const { cache, chaos, clock } = setUp()
    chaos.mute()
    const writing = cache.set('a', 'value')
    expect(await isPending(writing)).toBe(true)
    await clock.advance(250)
    await expect(writing).resolves.toEqual({ reached: false })
    const deleting = cache.delete('b')
    expect(await isPending(deleting)).toBe(true)
    await clock.advance(250)
    await expect(deleting).resolves.toEqual({ reached: false })
    await expect(cache.get('a')).resolves.toBe('value')
  })

  it('does not hold up getOrSet after the load, nor close beyond closeTimeout', async () => {
    const { cache, chaos, clock } = setUp()
    await cache.get('warm')
    const loading = cache.getOrSet('a', () => {
      chaos.mute()
      return 'value'
    })
    expect(await isPending(loading)).toBe(false)
    const closing = cache.close()
    await clock.advance('5s')
    await expect(closing).resolves.toBeUndefined()
  })

  it('leaves no timer behind', async () => {
    const { cache, chaos, clock } = setUp()
    await cache.getOrSet('a', () => 'value')
    await cache.idle()
    expect(clock.pendingTimers).toBe(0)
    chaos.mute()
    const reading = cache.get('b')
    await clock.advance('1s')
    await reading
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('A tier that fails', () => {
  it('reads as a miss; the fault is counted, told to listeners, and to the log once per change of state', async () => {
    const { cache, chaos, clock, lines, lower } = setUp()
    const faults: string[] = []
    cache.on('fault', ({ error }) => faults.push(error.message))
    const states: boolean[] = []
    cache.on('available', ({ available }) => states.push(available))
    chaos.fail()
    for (let at = 0; at < 7; at++) await expect(cache.get(`key ${at}`)).resolves.toBeUndefined()
    expect(faults).toEqual([0, 1, 2, 3, 4].map((at) => `tier "lower" failed to get key "key ${at}"`))
    expect(lower()).toMatchObject({ faults: 5, available: false })
    chaos.heal()
    await clock.advance('1s')
    await cache.get('probe')
    await cache.idle()
    expect(states).toEqual([false, true])
    expect(lines.filter((line) => !line.includes('without a bus'))).toEqual([
      'warn tier "lower" failed to get; the cache goes on without it',
      'warn tier "lower" is unavailable; the cache goes on without it',
      'info tier "lower" is available again',
    ])
  })

  it('has the deadline as the cause of its fault', async () => {
    const { cache, chaos, clock } = setUp()
    const causes: unknown[] = []
    cache.on('fault', ({ error }) => causes.push(error.cause))
    chaos.mute()
    const reading = cache.get('a')
    await clock.advance(250)
    await reading
    expect(causes).toEqual([expect.any(TierDeadlineError)])
    expect(causes[0]).toMatchObject({ deadlineMs: 250 })
  })

  it('is unavailable from its failed open on, until its first success', async () => {
    class DeadTier extends GatedTier {
      open(): Promise<void> {
        return Promise.reject(new Error('connection refused'))
      }
    }
    const { cache, lower } = setUp({ inner: new DeadTier({ name: 'lower', shared: true }) })
    await cache.ready()
    expect(lower()).toMatchObject({ available: false, breaker: 'closed', faults: 1 })
    await cache.get('a')
    expect(lower().available).toBe(true)
  })

  it('never answers garbage to a caller', async () => {
    const { cache, chaos } = setUp()
    chaos.garble()
    for (let at = 0; at < 200; at++) {
      const value = await cache.getOrSet(`key ${at}`, () => 'loaded')
      expect(value).toBe('loaded')
    }
  })

  it('may throw where it is synchronous: counted, reported, read as a miss', async () => {
    const broken: Tier = {
      name: 'broken',
      shared: false,
      sync: true,
      get: () => {
        throw new Error('no')
      },
      set: () => {
        throw new Error('no')
      },
      delete: () => {},
    }
    const cache = new TieredCache<string>({ tiers: [broken] })
    await expect(cache.getOrSet('a', () => 'value')).resolves.toBe('value')
    expect(cache.getSync('a')).toBeUndefined()
    await expect(cache.set('a', 'value')).resolves.toEqual({ reached: true })
    expect(cache.stats().tiers['broken']?.faults).toBeGreaterThan(3)
  })
})

describe('Events', () => {
  it('tell facts after the state is consistent, and a throwing listener changes nothing', async () => {
    const { cache, clock } = setUp({ ttl: '10s', grace: '10s' })
    const facts: unknown[] = []
    const off = cache.on('hit', (fact) => facts.push(fact))
    cache.on('hit', () => {
      throw new Error('listener')
    })
    cache.on('miss', (fact) => facts.push(fact))
    cache.on('load', ({ key, outcome }) => facts.push({ key, outcome, readable: cache.getSync('a') }))
    await cache.getOrSet('a', () => 'value')
    await cache.get('a')
    await clock.advance('10s')
    await cache.getOrSet('a', () => 'value 2')
    await cache.idle()
    off()
    await cache.get('a')
    expect(facts).toEqual([
      { key: 'a' },
      { key: 'a', tier: 'memory', freshness: 'fresh' },
      { key: 'a', outcome: 'stored', readable: 'value' },
      { key: 'a', tier: 'memory', freshness: 'fresh' },
      { key: 'a', tier: 'memory', freshness: 'stale' },
      { key: 'a', tier: 'memory', freshness: 'fresh' },
      { key: 'a', outcome: 'stored', readable: 'value 2' },
    ])
  })

  it('tell what left a tier and why', async () => {
    const cache = new TieredCache<number>({
      tiers: [memoryTier({ maxEntries: 2, policy: 'lru' })],
      clock: new ManualClock(),
    })
    const removals: string[] = []
    cache.on('removal', ({ tier, key, cause }) => removals.push(`${tier} ${key} ${cause}`))
    for (const key of ['a', 'b', 'c', 'c']) await cache.set(key, 1)
    await cache.delete('b')
    expect(removals).toEqual(['memory a capacity', 'memory c replaced', 'memory b deleted'])
    expect(cache.stats().tiers['memory']).toMatchObject({
      entries: 1,
      removals: { capacity: 1, expired: 0, deleted: 1, replaced: 1, invalidated: 0 },
    })
  })
})
