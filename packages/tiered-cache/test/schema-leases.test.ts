import {
  type Entry,
  type LeaseAuthority,
  memoryTier,
  type StandardSchema,
  type Tier,
  TieredCache,
} from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { makeEntry } from '../src/entry.ts'
import { deferredUserSchema, NEVER_FITTING, type User, userSchema } from './schemas.fixture.ts'

const ADA: User = { id: 7, name: 'Ada' }
const BOB: User = { id: 8, name: 'Bob' }

describe.each([
  ['at once', userSchema],
  ['later', deferredUserSchema],
])('What another node has filled, by a schema that answers %s', (_, schema) => {
  it('is given on as the schema makes it, and nothing is loaded', async () => {
    const { cache, fillBeforeLease, stats } = setUp(schema)
    fillBeforeLease({ id: '7', name: 'Ada' })
    await expect(cache.getOrSet('k', () => BOB)).resolves.toEqual(ADA)
    expect(cache.getSync('k')).toEqual(ADA)
    expect(cache.stats()).toMatchObject({ loads: 0 })
    expect(stats()).toMatchObject({ hits: 1, misses: 1, unfit: 0 })
  })

  it('is a counted miss where it does not fit: it is loaded and filled in its place', async () => {
    const { cache, fillBeforeLease, contents, stats, lines } = setUp(schema)
    fillBeforeLease({ nick: 'Ada' })
    await expect(cache.getOrSet('k', () => BOB)).resolves.toEqual(BOB)
    await cache.idle()
    expect(contents.get('k')!.value).toEqual(BOB)
    expect(stats()).toMatchObject({ hits: 0, misses: 2, unfit: 1, faults: 0, breaker: 'closed' })
    expect(lines()).toEqual(['tier "leased" gave a value that does not fit the schema; such values are misses'])
  })

  it('does not stand in the way of a load either where it was there before', async () => {
    const { cache, contents, put, stats } = setUp(schema)
    put({ nick: 'Ada' })
    const load = vi.fn(() => BOB)
    for (let times = 0; times < 5; times++) {
      await expect(cache.getOrSet('k', load)).resolves.toEqual(BOB)
      await cache.idle()
    }
    expect(load).toHaveBeenCalledTimes(1)
    expect(contents.get('k')!.value).toEqual(BOB)
    expect(stats()).toMatchObject({ unfit: 2, misses: 2, faults: 0 })
  })

  it('is renewed where it fits and is stale, though the record is known by another value', async () => {
    const { cache, contents, put, clock } = setUp(schema)
    put({ id: '7', name: 'Ada' }, 10)
    await clock.advance(10)
    await expect(cache.getOrSet('k', () => BOB)).resolves.toEqual(ADA)
    await cache.idle()
    expect(contents.get('k')!.value).toEqual(BOB)
  })
})

describe('A schema that never fits', () => {
  it.each(Object.entries(NEVER_FITTING))('and %s, lets every load be filled under a lease', async (_, schema) => {
    const { cache, contents, put, stats } = setUp(schema, [])
    put(ADA)
    await expect(cache.getOrSet('k', () => BOB)).resolves.toEqual(BOB)
    await cache.idle()
    expect(contents.get('k')!.value).toEqual(BOB)
    expect(stats()).toMatchObject({ hits: 0, faults: 0, breaker: 'closed' })
  })
})

function setUp(schema: StandardSchema<User>, above: readonly Tier[] = [memoryTier()]) {
  const clock = new ManualClock()
  const { tier, contents, beforeLease } = leasedTier()
  const lines: string[] = []
  const logger = { debug() {}, info() {}, warn: (line: string) => lines.push(line), error() {} }
  const cache = new TieredCache<User>({ schema, tiers: [...above, tier], clock, logger, grace: '1h' })
  onTestFinished(() => cache.close())
  const isAboutSchema = (line: string): boolean => !line.includes('without a bus')
  const put = (value: unknown, ttl = 3_600_000): void => {
    contents.set('k', makeEntry(value, clock.now(), ttl, 3_600_000, 0))
  }
  return {
    cache,
    clock,
    contents,
    put,
    fillBeforeLease: (value: unknown) => beforeLease(() => put(value)),
    lines: () => lines.filter(isAboutSchema),
    stats: () => cache.stats().tiers['leased']!,
  }
}

/** A shared tier whose leases know one rule: what is there and was not seen is given back. */
function leasedTier() {
  const contents = new Map<string, Entry>()
  let before = (): void => {}
  const lease: LeaseAuthority = {
    durationMs: 10_000,
    acquire: async (key, _token, seen) => {
      before()
      before = () => {}
      const entry = contents.get(key)
      return entry === undefined || seen?.storedAt === entry.storedAt
        ? { state: 'granted' }
        : { state: 'present', entry }
    },
    stake: async () => {},
    renew: async () => true,
    fill: async (key, _token, entry) => contents.set(key, entry) === contents,
    release: async () => {},
  }
  const tier: Tier = {
    name: 'leased',
    shared: true,
    sync: false,
    lease,
    get: async (key) => contents.get(key),
    set: async (key, entry) => void contents.set(key, entry),
    delete: async (key) => void contents.delete(key),
  }
  return { tier, contents, beforeLease: (fill: () => void) => void (before = fill) }
}
