import {
  CacheClosedError,
  memoryTier,
  TieredCache,
  type TieredCacheOptions,
  UnstorableValueError,
} from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it } from 'vitest'
import { GatedTier } from './gated-tier.fixture.ts'
import { checkingRequests } from './requests.fixture.ts'

function twoTiers(options: TieredCacheOptions = {}) {
  const clock = new ManualClock()
  const lower = new GatedTier({ name: 'lower', shared: true })
  const memory = memoryTier()
  const cache = checkingRequests(new TieredCache({ tiers: [memory, lower], clock, ...options }))
  return { clock, lower, memory, cache }
}

const wrong = (value: unknown) => value as never
const broken = (): never => {
  throw new Error('disk full')
}

describe('TieredCache', () => {
  it('is a bounded memory cache without any option', async () => {
    const cache = new TieredCache<number>()
    await cache.set('a', 1)
    expect(await cache.get('a')).toBe(1)
    expect(cache.stats().tiers['memory']?.maxEntries).toBe(10_000)
    expect((await cache.entry('a'))?.remainingTtlMs).toBeGreaterThan(3_590_000)
  })

  it.each([1, 2, 3, 7])('reads and backfills through %i tiers', async (count) => {
    const tiers = Array.from({ length: count }, (_, at) => new GatedTier({ name: `tier ${at}` }))
    const cache = new TieredCache<string>({ tiers, clock: new ManualClock() })
    await cache.set('a', 'value')
    for (const tier of tiers.slice(0, -1)) tier.contents.clear()
    await expect(cache.get('a')).resolves.toBe('value')
    await cache.idle()
    for (const tier of tiers) expect(tier.contents.get('a')?.value).toBe('value')
    expect(cache.stats().tiers[`tier ${count - 1}`]?.hits).toBe(1)
  })

  it.each([
    [['gated', 'near', 'far']],
    [['near', 'gated', 'far']],
    [['near', 'far', 'gated']],
    [['gated', 'near', 'other', 'far']],
    [['gated', 'far']],
  ])('gives by getSync what a synchronous tier holds, whatever is above it: %j', async (names) => {
    const tiers = names.map((name) => (name === 'gated' ? new GatedTier() : memoryTier({ name })))
    const cache = new TieredCache<string>({ tiers, clock: new ManualClock() })
    for (const name of names.filter((each) => each !== 'gated')) {
      await cache.set(name, name, { skipTiers: names.filter((each) => each !== name) })
      expect(cache.getSync(name)).toBe(name)
      expect(cache.getSync('nothing')).toBeUndefined()
    }
    const { requests, hits, misses } = cache.stats()
    const synchronous = names.filter((name) => name !== 'gated').length
    expect([requests, hits, misses]).toEqual([synchronous * 2, synchronous, synchronous])
    const space = cache.namespace<string>('space')
    await space.set('a', 'value', { skipTiers: names.filter((name) => name !== 'far') })
    expect(space.getSync('a')).toBe('value')
    expect(cache.stats().tiers['far']).toMatchObject({ hits: 2 })
  })

  it.each([0, '', false, null, Number.NaN, 0n])(
    'keeps the falsy value %s through set, backfill and load',
    async (value) => {
      const { cache, memory } = twoTiers()
      await cache.set('a', value)
      expect(cache.getSync('a')).toBe(value)
      memory.delete('a')
      await expect(cache.get('a')).resolves.toBe(value)
      expect(cache.getSync('a')).toBe(value)
      await expect(cache.getOrSet('b', () => value)).resolves.toBe(value)
      await expect(cache.getOrSet('b', () => 'never')).resolves.toBe(value)
      await expect(cache.has('a')).resolves.toBe(true)
    },
  )

  it('gives what a loader did not find to its callers and stores nothing', async () => {
    const { cache, lower } = twoTiers()
    await expect(cache.getOrSet('a', () => undefined)).resolves.toBeUndefined()
    await expect(cache.has('a')).resolves.toBe(false)
    expect(lower.count('set')).toBe(0)
  })

  it('hands on the very same entry when it backfills: a life is never lengthened', async () => {
    const { cache, memory, lower, clock } = twoTiers({ ttl: '10s' })
    await cache.set('a', 'value')
    memory.delete('a')
    await clock.advance('9s')
    await cache.get('a')
    expect(memory.get('a')).toEqual(lower.contents.get('a'))
    await clock.advance('1s')
    await expect(cache.get('a')).resolves.toBeUndefined()
  })

  it('caps the life in a tier that says so, and in no other', async () => {
    const clock = new ManualClock()
    const lower = new GatedTier({ name: 'lower' })
    const cache = new TieredCache<string>({ tiers: [memoryTier({ ttl: '1s' }), lower], clock, ttl: '10s' })
    await cache.set('a', 'value')
    await clock.advance('1s')
    expect(cache.getSync('a')).toBeUndefined()
    await expect(cache.get('a')).resolves.toBe('value')
    expect(cache.getSync('a')).toBe('value')
    expect((await cache.entry('a'))?.tiers).toEqual(['memory', 'lower'])
  })

  it('tells where an entry is and how long it lives, and whether there is one, without counting', async () => {
    const { cache, memory, clock } = twoTiers({ ttl: '10s', grace: '5s' })
    await cache.set('a', 'value')
    await clock.advance('4s')
    const now = clock.now()
    const facts = { storedAt: now - 4_000, staleAt: now + 6_000, expiresAt: now + 11_000, tags: [] }
    const info = { key: 'a', tiers: ['memory', 'lower'], freshness: 'fresh', remainingTtlMs: 6_000, ...facts }
    expect(await cache.entry('a')).toEqual(info)
    memory.delete('a')
    expect(await cache.entry('a')).toEqual({ ...info, tiers: ['lower'] })
    expect(await cache.has('a')).toBe(true)
    await clock.advance('6s')
    expect(await cache.entry('a')).toMatchObject({ freshness: 'stale', remainingTtlMs: 0 })
    expect(await cache.has('a')).toBe(false)
    expect(await cache.entry('b')).toBeUndefined()
    const { requests, tiers } = cache.stats()
    await cache.close()
    expect([requests, tiers['memory']?.hits, tiers['memory']?.misses, tiers['lower']?.hits]).toEqual([0, 0, 0, 0])
  })

  it('moves nothing in the order of use by has and entry', async () => {
    const cache = new TieredCache<number>({ tiers: [memoryTier({ maxEntries: 2, policy: 'lru' })] })
    for (const key of ['a', 'b']) await cache.set(key, 1)
    await cache.has('a')
    await cache.entry('a')
    await cache.set('c', 1)
    expect([await cache.has('a'), await cache.has('b')]).toEqual([false, true])
  })

  it('reports tiers of any name, also where one cannot measure itself', () => {
    const odd = new GatedTier({ name: '__proto__' })
    Object.defineProperty(odd, 'measure', {
      value: () => {
        throw new Error('no')
      },
    })
    expect(Object.keys(new TieredCache({ tiers: [odd] }).stats().tiers)).toEqual(['__proto__'])
  })

  it('is not disturbed by a logger that throws', async () => {
    const lower = new GatedTier({ name: 'lower', shared: true })
    lower.get = () => Promise.reject(new Error('down'))
    const logger = { debug: broken, info: broken, warn: broken, error: broken }
    const cache = new TieredCache<number>({ tiers: [lower], logger })
    await expect(cache.get('a')).resolves.toBeUndefined()
  })

  it('asks a lazy promise of a tier once', async () => {
    const lower = new GatedTier({ name: 'lower', shared: true })
    let runs = 0
    // oxlint-disable-next-line unicorn/no-thenable -- what a query builder is
    const lazy = () => ({ then: (resolve: () => void) => (runs++ < 99 ? resolve() : undefined) })
    lower.set = lazy as never
    const cache = new TieredCache<number>({ tiers: [lower] })
    await cache.set('a', 1)
    expect(runs).toBe(1)
  })

  it('begins no load for a caller who has left', async () => {
    const { cache, lower } = twoTiers()
    const leaving = new AbortController()
    let loads = 0
    lower.hold('get')
    const caller = cache.getOrSet('a', () => ++loads, { signal: leaving.signal })
    const left = expect(caller).rejects.toThrow('gone')
    leaving.abort(new Error('gone'))
    await left
    lower.next('get').answer()
    await cache.idle()
    expect([loads, cache.stats().requests]).toEqual([0, 1])
  })

  it('reads, sets and deletes many', async () => {
    const { cache, memory } = twoTiers()
    await expect(
      cache.setMany(
        new Map<string, unknown>([
          ['a', 1],
          ['b', 0],
        ]),
      ),
    ).resolves.toEqual({ reached: true })
    memory.delete('b')
    expect([...(await cache.getMany(['b', 'a', 'none', 'a']))]).toEqual([
      ['b', 0],
      ['a', 1],
    ])
    await cache.deleteMany(['a', 'none'])
    expect([...(await cache.getMany(['a', 'b'])).keys()]).toEqual(['b'])
    expect(cache.stats()).toMatchObject({ requests: 5, hits: 3, misses: 2 })
  })

  it('memoises a function by its key', async () => {
    const { cache } = twoTiers()
    let runs = 0
    const square = cache.wrap((side: number, _unit: string) => `${side * side} ${++runs}`, {
      key: (side) => `sq:${side}`,
    })
    await expect(Promise.all([square(3, 'm'), square(3, 'm'), square(4, 'm')])).resolves.toEqual(['9 1', '9 1', '16 2'])
  })

  it('empties every tier', async () => {
    const { cache, lower, memory } = twoTiers()
    await cache.set('a', 1)
    await expect(cache.clear()).resolves.toEqual({ reached: true })
    expect([lower.contents.size, memory.measure().entries]).toEqual([0, 0])
  })

  it('takes a life of zero as nothing to keep', async () => {
    const { cache, lower } = twoTiers()
    await cache.set('a', 1)
    await cache.set('a', 2, { ttl: 0 })
    await expect(cache.get('a')).resolves.toBeUndefined()
    await expect(cache.getOrSet('a', () => 3, { ttl: 0 })).resolves.toBe(3)
    expect(lower.contents.size).toBe(0)
  })

  it('keeps a value for ever where ttl is Infinity', async () => {
    const { cache, clock } = twoTiers({ ttl: Infinity })
    await cache.set('a', 1)
    await clock.advance('3650d')
    expect(cache.getSync('a')).toBe(1)
    expect((await cache.entry('a'))?.remainingTtlMs).toBe(Infinity)
  })
})

describe('A value that a tier cannot keep', () => {
  class PickyTier extends GatedTier {
    override set(key: string): Promise<void> {
      return Promise.reject(new UnstorableValueError(key, '$.callback', 'a function'))
    }
  }
  const setUp = () => {
    const picky = new PickyTier({ name: 'picky', shared: true })
    const lines: string[] = []
    const logger = { debug() {}, info() {}, warn: (line: string) => lines.push(line), error() {} }
    const cache = new TieredCache({ tiers: [memoryTier(), picky], clock: new ManualClock(), logger })
    return { picky, cache, lines }
  }

  it('makes set reject with its path, and leaves the key in no tier', async () => {
    const { cache } = setUp()
    await expect(cache.set('a', () => 1)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_CACHE_UNSTORABLE', key: 'a', path: '$.callback' }),
    )
    await expect(cache.get('a')).resolves.toBeUndefined()
    expect(cache.stats().tiers['picky']).toMatchObject({ unstorable: 1, faults: 0, available: true })
  })

  it('is given by getOrSet all the same, counted, and warned of once', async () => {
    const { cache, lines } = setUp()
    for (const key of ['a', 'b', 'c']) await expect(cache.getOrSet(key, () => key)).resolves.toBe(key)
    await cache.idle()
    expect(cache.stats().tiers['picky']).toMatchObject({ unstorable: 3, faults: 0 })
    expect(lines.filter((line) => !line.includes('without a bus'))).toEqual([
      'tier "picky" cannot keep a loaded value: $.callback is a function',
    ])
  })
})

describe('Wrong arguments', () => {
  const wrongOptions: readonly (readonly [string, unknown, string])[] = [
    ['an unknown option', { tier: [] }, "TieredCache options has no option 'tier'"],
    ['a negative ttl', { ttl: -1 }, 'ttl must be zero or more milliseconds, got -1 (number)'],
    ['a NaN ttl', { ttl: Number.NaN }, 'ttl must be zero or more milliseconds, got NaN (number)'],
    ['a ttl in unknown units', { ttl: '5 minutes' }, "ttl must be milliseconds or a string such as '30s'"],
    ['no tiers', { tiers: [] }, 'tiers must hold at least one tier'],
    ['tiers that are no list', { tiers: memoryTier() }, 'tiers must be an array of tiers'],
    ['a tier that is none', { tiers: [new Map()] }, 'tiers[0].name must be a string'],
    [
      'two tiers of one name',
      { tiers: [memoryTier(), memoryTier()] },
      "must be unique in the cache, got 'memory' again",
    ],
    ['an empty name', { name: '' }, 'name must be a string that is not empty'],
    ['a logger without warn', { logger: { debug() {}, info() {} } }, 'logger must have a method warn()'],
    ['options that are no object', 'redis', 'TieredCache options must be an object, got redis (string)'],
  ]
  it.each(wrongOptions)('are refused by the constructor: %s', (_, options, message) => {
    expect(() => new TieredCache(options as TieredCacheOptions)).toThrow(message)
  })

  const wrongKeys: readonly (readonly [string, unknown, string])[] = [
    ['empty', '', 'key must not be empty'],
    ['no string', 7, 'key must be a string, got 7 (number)'],
    ['beginning with U+0000', '\u0000tag', 'key must not begin with U+0000'],
    ['over 4 KiB', 'x'.repeat(4097), 'key must be at most 4096 bytes, got 4097 bytes'],
    ['over 4 KiB in UTF-8', 'é'.repeat(2049), 'key must be at most 4096 bytes, got 4098 bytes'],
  ]
  it.each(wrongKeys)('are refused by every verb: a key %s', async (_, key, message) => {
    const cache = new TieredCache()
    const wrongKey = key as string
    expect(() => cache.getSync(wrongKey)).toThrow(message)
    const calls = [
      cache.get(wrongKey),
      cache.getOrSet(wrongKey, () => 1),
      cache.set(wrongKey, 1),
      cache.delete(wrongKey),
      cache.has(wrongKey),
      cache.entry(wrongKey),
      cache.getMany([wrongKey]),
      cache.setMany([[wrongKey, 1]]),
      cache.deleteMany([wrongKey]),
    ]
    for (const call of calls) await expect(call).rejects.toThrow(message)
    expect(cache.stats().requests).toBe(0)
  })

  it('takes a key of 4 KiB', async () => {
    const cache = new TieredCache<number>()
    await cache.set('x'.repeat(4096), 1)
    expect(cache.getSync('x'.repeat(4096))).toBe(1)
  })

  it('are refused by the verb: loaders, values, options, events', async () => {
    const cache = new TieredCache()
    await expect(cache.getOrSet('a', wrong('value'))).rejects.toThrow('loader must be a function, got string')
    await expect(cache.set('a', undefined)).rejects.toThrow('value must not be undefined')
    await expect(cache.set('a', 1, { ttl: -5 })).rejects.toThrow('ttl must be zero or more')
    await expect(cache.setMany([], { ttl: -5 })).rejects.toThrow('ttl must be zero or more')
    await expect(cache.set('a', 1, wrong({ tll: 5 }))).rejects.toThrow("has no option 'tll'")
    await expect(cache.getOrSet('a', () => 1, wrong({ timeout: 5 }))).rejects.toThrow("has no option 'timeout'")
    await expect(cache.get('a', wrong({ signal: 'stop' }))).rejects.toThrow('signal must be an AbortSignal')
    expect(() => cache.wrap(wrong(1), { key: () => 'a' })).toThrow('fn must be a function')
    expect(() => cache.wrap(() => 1, wrong({}))).toThrow('key must be a function')
    expect(() => cache.wrap(() => 1, wrong(undefined))).toThrow('wrap options must be an object with key')
    for (const option of ['signal', 'forceRefresh', 'tll']) {
      const options = wrong({ key: () => 'a', [option]: undefined })
      expect(() => cache.wrap(() => 1, options)).toThrow(`wrap options has no option '${option}'`)
    }
    await expect(cache.getMany('abc')).rejects.toThrow('keys must be an iterable, got string')
    await expect(cache.setMany(wrong([5]))).rejects.toThrow('entries must be pairs of key and value, got number')
    await expect(cache.get(wrong(Object.create(null)))).rejects.toThrow('key must be a string, got an object')
    await expect(cache.set('a', 1, { ttl: wrong(Object.create(null)) })).rejects.toThrow('ttl must be milliseconds')
    expect(() => cache.on(wrong('hits'), () => {})).toThrow('event must be one of hit, miss, load, fault, available')
    expect(() => cache.on('hit', wrong(1))).toThrow('listener must be a function')
  })

  it('never changes what a caller passed', async () => {
    const tiers = Object.freeze([memoryTier()])
    const options = Object.freeze({ tiers, ttl: '1m' as const })
    const cache = new TieredCache<number>(options)
    await cache.getOrSet('a', () => 1, Object.freeze({ ttl: '2m' as const }))
    expect(cache.getSync('a')).toBe(1)
  })
})

describe('A closed cache', () => {
  it('refuses every verb with CacheClosedError', async () => {
    const cache = new TieredCache<number>({ name: 'users' })
    await cache.close()
    expect(() => cache.getSync('a')).toThrow(CacheClosedError)
    const calls = [cache.get('a'), cache.getOrSet('a', () => 1), cache.set('a', 1), cache.delete('a'), cache.clear()]
    for (const call of [...calls, cache.has('a'), cache.entry('a'), cache.getMany([]), cache.setMany([])]) {
      await expect(call).rejects.toThrow('cache "users" is closed')
    }
    expect(cache.stats().requests).toBe(0)
  })
})
