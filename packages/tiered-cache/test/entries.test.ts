import { type Bus, type Entry, memoryTier, type StandardSchema, type Tier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeEntry } from '../src/entry.ts'
import { GatedTier, settled } from './gated-tier.fixture.ts'
import { deferredUserSchema, NEVER_FITTING, type User, userSchema } from './schemas.fixture.ts'

type Pairs = Iterable<readonly [string, Entry]> | AsyncIterable<readonly [string, Entry]>

const broken = (): never => {
  throw new Error('secret of the tier')
}

/** An asynchronous tier that can tell what it holds. */
class ListingTier extends GatedTier {
  /** How often a listing of it ended. */
  ends = 0

  async *entries(): AsyncGenerator<readonly [string, Entry], void> {
    try {
      for (const pair of this.contents) yield pair
    } finally {
      this.ends++
    }
  }
}

/** Nothing is held any more. */
function goOn(tier: GatedTier): void {
  tier.hold()
  while (tier.held.length > 0) tier.held[0]!.answer()
}

/** A tier that tells of whatever it is given. */
function telling(sync: boolean, name: string, entries: () => unknown): Tier {
  const contents = new Map<string, Entry>()
  const held = {
    get: (key: string) => contents.get(key),
    set: (key: string, entry: Entry) => void contents.set(key, entry),
    delete: (key: string) => void contents.delete(key),
  }
  return { name, shared: false, sync, ...held, entries: entries as () => Pairs }
}

function setUp<V = string>(tiers: readonly Tier[], schema?: StandardSchema<V>, bus?: Bus) {
  const clock = new ManualClock()
  const cache = new TieredCache<V>({ tiers, clock, schema, bus })
  const faults: string[] = []
  cache.on('fault', ({ error }) => faults.push(`${error.tier} ${error.operation}`))
  onTestFinished(() => cache.close())
  const listed = async (): Promise<Record<string, V>> => {
    const all: [string, V][] = []
    for await (const [key, value] of cache.entries()) {
      expect(value, key).toBeDefined()
      all.push([key, value])
    }
    expect(new Set(all.map(([key]) => key)).size, 'each key once').toBe(all.length)
    return Object.fromEntries(all)
  }
  const put = (tier: GatedTier, key: string, value: unknown, ttl = 3_600_000): void => {
    tier.contents.set(key, makeEntry(value, clock.now(), ttl, 0, 0))
  }
  return { cache, clock, faults, listed, put }
}

describe('entries', () => {
  it('lists each key once, with the value of the fastest tier that has it fresh', async () => {
    const lower = new ListingTier()
    const { cache, clock, listed, put } = setUp([memoryTier(), lower])
    await cache.set('both', 'above')
    put(lower, 'both', 'below')
    put(lower, 'lower', 'below')
    await cache.set('old', 'above', { ttl: 5 })
    put(lower, 'old', 'below')
    await clock.advance(5)
    await expect(listed()).resolves.toEqual({ both: 'above', lower: 'below', old: 'below' })
  })

  it('lists no value where a faster tier knows that there is none', async () => {
    const [memory, lower] = [memoryTier(), new ListingTier()]
    const { cache, clock, listed, put } = setUp([memory, lower])
    put(lower, 'a', 'below')
    memory.set('a', makeEntry(undefined, clock.now(), 1_000, 0, 0))
    await expect(cache.get('a')).resolves.toBeUndefined()
    await expect(listed()).resolves.toEqual({})
  })

  it.each([
    ['at once', userSchema],
    ['later', deferredUserSchema],
  ])(
    'gives what a schema makes of the values of an asynchronous tier %s, and lists none that does not fit',
    async (_, schema) => {
      const lower = new ListingTier()
      const { cache, listed, put } = setUp<User>([lower], schema)
      put(lower, 'old', { id: '7', name: 'Ada' })
      put(lower, 'foreign', { nick: 'Ada' })
      put(lower, 'good', { id: 8, name: 'Bob' })
      await expect(listed()).resolves.toEqual({ old: { id: 7, name: 'Ada' }, good: { id: 8, name: 'Bob' } })
      expect(cache.stats()).toMatchObject({ requests: 0, hits: 0, misses: 0 })
      expect(cache.stats().tiers['gated']).toMatchObject({ hits: 0, misses: 0, unfit: 0, faults: 0 })
    },
  )

  it.each(Object.entries(NEVER_FITTING))('lists nothing by a schema that %s, and faults nothing', async (_, schema) => {
    const lower = new ListingTier()
    const { faults, listed, put } = setUp<User>([lower], schema)
    put(lower, 'a', { id: 7, name: 'Ada' })
    await expect(listed()).resolves.toEqual({})
    expect(faults).toEqual([])
  })

  it('does not list a key whose delete an asynchronous tier did not acknowledge', async () => {
    const lower = new ListingTier()
    const { cache, listed } = setUp([lower])
    await cache.set('a', 'old')
    await cache.set('b', 'kept')
    lower.hold('delete')
    const deleting = cache.delete('a')
    await settled()
    lower.next('delete').fail()
    await deleting
    expect(lower.contents.has('a')).toBe(true)
    await expect(listed()).resolves.toEqual({ b: 'kept' })
    goOn(lower)
  })

  it('lists nothing of an asynchronous tier while its clear is not acknowledged', async () => {
    const lower = new ListingTier()
    const { cache, clock, listed } = setUp([lower])
    await cache.set('a', 'old')
    // Of a node whose clock is ahead.
    lower.contents.set('ahead', makeEntry('old', clock.now() + 60_000, 1_000, 0, 0))
    lower.hold('clear', 'delete')
    const clearing = cache.clear()
    await settled()
    await expect(listed()).resolves.toEqual({})
    lower.next('clear').fail()
    await clearing
    expect(lower.contents.has('a')).toBe(true)
    await expect(listed()).resolves.toEqual({})
    goOn(lower)
  })

  it('does not list a key whose delete a synchronous tier failed at, until it has succeeded', async () => {
    const memory = memoryTier()
    const remove = memory.delete.bind(memory)
    const { cache, listed } = setUp([memory])
    await cache.set('a', 'old')
    await cache.set('b', 'kept')
    memory.delete = broken
    await cache.delete('a')
    await expect(listed()).resolves.toEqual({ b: 'kept' })
    memory.delete = remove
    await cache.set('a', 'new')
    await expect(listed()).resolves.toEqual({ a: 'new', b: 'kept' })
  })

  it.each([
    ['throws', broken],
    ['rejects', async () => broken()],
    ['gives nothing', () => undefined],
    ['gives what is no list', () => 5],
    ['gives what are no pairs', () => [null]],
    [
      'throws half-way',
      function* () {
        yield ['half', makeEntry('way', Date.now(), 1e12, 0, 0)]
        broken()
      },
    ],
    [
      'rejects half-way',
      async function* () {
        yield ['half', makeEntry('way', Date.now(), 1e12, 0, 0)]
        broken()
      },
    ],
  ])('goes on with the next tier after one that %s, and tells the fault', async (what, entries) => {
    for (const sync of [true, false]) {
      const { cache, faults, listed } = setUp([telling(sync, 'broken', entries), memoryTier()])
      await cache.set('a', 'value')
      await expect(listed()).resolves.toEqual(what.endsWith('half-way') ? { half: 'way', a: 'value' } : { a: 'value' })
      expect(faults).toEqual(['broken list'])
      expect(cache.stats().tiers['broken']).toMatchObject({ faults: 1, available: true })
      expect(cache.stats().tiers['broken']?.breaker).toBe(sync ? undefined : 'closed')
    }
  })

  it('does not ask a tier whose breaker is open', async () => {
    let listings = 0
    const down = telling(false, 'down', () => {
      listings++
      return []
    })
    const { cache, listed } = setUp([{ ...down, get: broken }, memoryTier()])
    await cache.set('a', 'value')
    await expect(listed()).resolves.toEqual({ a: 'value' })
    for (let at = 0; at < 5; at++) await cache.get('b')
    expect(cache.stats().tiers['down']?.breaker).toBe('open')
    await expect(listed()).resolves.toEqual({ a: 'value' })
    expect(listings).toBe(1)
  })

  it('passes by what is no entry of a key', async () => {
    const pairs = [[7, makeEntry('no key', 0, 1e15, 0, 0)], ['a', { value: 'no entry' }], ['b']]
    for (const sync of [true, false]) {
      const { faults, listed } = setUp([telling(sync, 'odd', () => pairs)])
      await expect(listed()).resolves.toEqual({})
      expect(faults).toEqual([])
    }
  })

  it('waits for an asynchronous tier that hangs no longer than its deadline', async () => {
    const hanging = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: broken }) }
    const { cache, clock, faults, listed } = setUp([telling(false, 'hanging', () => hanging), memoryTier()])
    await cache.set('a', 'value')
    const listing = listed()
    await settled()
    await clock.advance('1s')
    await expect(listing).resolves.toEqual({ a: 'value' })
    expect(faults).toEqual(['hanging list'])
  })

  it('ends the listing of the tier when the caller leaves, whatever the tier makes of that', async () => {
    const lower = new ListingTier()
    const { cache, faults, put } = setUp([lower])
    for (const key of ['a', 'b', 'c']) put(lower, key, key)
    for await (const _ of cache) break
    await settled()
    expect([lower.ends, faults]).toEqual([1, []])
  })
})

/** A bus that refuses to be read: who has a shared tier that answers passes the private ones by. */
const REFUSING: Bus = {
  publish: async () => {},
  subscribe: broken,
  silentMs: 0,
  hasCaughtUp: true,
}

describe('entries of a node that does not hear of the writes of others', () => {
  it('are those of shared tiers, as by get', async () => {
    const lasting = new ListingTier({ name: 'lasting' })
    const shared = new ListingTier({ name: 'shared', shared: true })
    const { cache, clock, listed, put } = setUp([memoryTier(), lasting, shared], undefined, REFUSING)
    await cache.set('in all', 'new')
    put(lasting, 'below', 'old')
    await cache.ready()
    await clock.advance('5s')
    await expect(cache.get('below')).resolves.toBeUndefined()
    put(lasting, 'late', 'old')
    await expect(listed()).resolves.toEqual({ 'in all': 'new' })
    shared.contents.clear()
    await expect(listed()).resolves.toEqual({})
  })
})
