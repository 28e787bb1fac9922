import {
  type Acknowledged,
  type CacheStats,
  type DeleteCause,
  type Duration,
  type Entry,
  type Freshness,
  type LoadContext,
  type MemoryTier,
  type MemoryTierMeasure,
  type MISS,
  memoryTier,
  type RemovalCause,
  type StandardSchema,
  type Tier,
  TieredCache,
  type TieredCacheOptions,
  type Wrapped,
} from '@org/tiered-cache'
import { describe, expectTypeOf, it } from 'vitest'

interface User {
  readonly id: number
  readonly name: string
}

interface Admin extends User {
  readonly rights: readonly string[]
}

const ADA: User = { id: 1, name: 'Ada' }

// Compiled by `tsc -p .`, where an unused `@ts-expect-error` is an error too. `never` keeps calls from running.
const cache = undefined as never as TieredCache<User>
const anything = undefined as never as TieredCache
const modes = undefined as never as TieredCache<'dark' | 'light'>
const findUser = async (): Promise<User | undefined> => undefined
const loadUser = async (_id: number, _fields: readonly string[]): Promise<User> => ADA
const never = (_body: () => unknown): void => {}

describe('TieredCache types', () => {
  it('give the type of the cache, or undefined', () => {
    never(() => expectTypeOf(cache.get('user:1')).toEqualTypeOf<Promise<User | undefined>>())
    never(() => expectTypeOf(cache.getSync('user:1')).toEqualTypeOf<User | undefined>())
    never(() => expectTypeOf(cache.getMany(['user:1'])).toEqualTypeOf<Promise<ReadonlyMap<string, User>>>())
    never(() => expectTypeOf(anything.get('user:1')).toEqualTypeOf<Promise<unknown>>())
  })

  it('let a caller who knows more narrow the type, and nobody leave it', () => {
    never(() => expectTypeOf(cache.get<Admin>('user:1')).toEqualTypeOf<Promise<Admin | undefined>>())
    never(() => expectTypeOf(anything.get<User>('user:1')).toEqualTypeOf<Promise<User | undefined>>())
    // @ts-expect-error a number is no user
    never(() => cache.get<number>('user:1'))
  })

  it('infer the type of a load from its loader', () => {
    never(() => expectTypeOf(cache.getOrSet('user:1', () => ADA)).toEqualTypeOf<Promise<User>>())
    never(() => expectTypeOf(cache.getOrSet('user:1', async () => ADA)).toEqualTypeOf<Promise<User>>())
    never(() => expectTypeOf(anything.getOrSet('n', async () => 42)).toEqualTypeOf<Promise<number>>())
    never(() => expectTypeOf(cache.getOrSet('user:1', findUser)).toEqualTypeOf<Promise<User | undefined>>())
    never(() => expectTypeOf(modes.getOrSet('mode', () => 'dark')).toEqualTypeOf<Promise<'dark' | 'light'>>())
    never(() => expectTypeOf(anything.getOrSet('mode', () => 'dark')).toEqualTypeOf<Promise<string>>())
    never(() =>
      expectTypeOf(modes.wrap(() => 'dark', { key: () => 'a' })).toEqualTypeOf<Wrapped<[], 'dark' | 'light'>>(),
    )
    // @ts-expect-error the cache is of users
    never(() => cache.getOrSet('user:1', () => 42))
    // @ts-expect-error the cache is of users
    never(() => cache.getOrSet('user:1', async () => ({ id: 'one' })))
    // @ts-expect-error a loader is a function
    never(() => cache.getOrSet('user:1', ADA))
  })

  it('give a loader its key, its signal and the stale value', () => {
    never(() =>
      cache.getOrSet('user:1', (context) => {
        expectTypeOf(context).toEqualTypeOf<LoadContext<User>>()
        expectTypeOf(context.key).toBeString()
        expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>()
        expectTypeOf(context.stale?.value).toEqualTypeOf<User | undefined>()
        return ADA
      }),
    )
    // @ts-expect-error what a loader is given is readonly
    never(() => cache.getOrSet('user:1', (context) => ((context.key = 'user:2'), ADA)))
  })

  it('keep the arguments of a memoised function, and demand its key', () => {
    never(() => {
      const memoised = cache.wrap(loadUser, { key: (id, fields) => `${id.toFixed()}:${fields.join()}` })
      expectTypeOf(memoised).toEqualTypeOf<Wrapped<[id: number, fields: readonly string[]], User>>()
      // @ts-expect-error the second argument is missing
      void memoised(1)
    })
    never(() => expectTypeOf(cache.wrap((_id: number) => ADA, { key: String })).returns.toEqualTypeOf<Promise<User>>())
    const findText = async (_id: number, _locale?: string): Promise<User> => ADA
    never(() => {
      const memoised = cache.wrap(findText, {
        key: (id) => id.toFixed(),
        tags: (id, locale) => [id.toFixed(), locale ?? 'any'],
      })
      expectTypeOf(memoised).toEqualTypeOf<Wrapped<[id: number, locale?: string], User>>()
      void memoised(1, 'en')
      void memoised.invalidate(1)
      // @ts-expect-error a locale is a string
      void memoised(1, 2)
    })
    // @ts-expect-error a signal belongs to one call
    never(() => cache.wrap(loadUser, { key: String, signal: new AbortController().signal }))
    // @ts-expect-error as does that it is to load anew
    never(() => cache.wrap(loadUser, { key: String, forceRefresh: true }))
    // @ts-expect-error key is missing
    never(() => cache.wrap(loadUser, { ttl: '1h' }))
    // @ts-expect-error key is a function of the arguments
    never(() => cache.wrap(loadUser, { key: (name: string) => name }))
    // @ts-expect-error the cache is of users
    never(() => cache.wrap((_id: number) => 42, { key: String }))
  })

  it('take values of the cache alone', () => {
    never(() => expectTypeOf(cache.set('user:1', ADA)).toEqualTypeOf<Promise<Acknowledged>>())
    never(() => cache.setMany([['user:1', ADA]], { ttl: '1h' }))
    never(() => cache.setMany(new Map([['user:1', ADA]])))
    // @ts-expect-error a string is no user
    never(() => cache.set('user:1', 'Ada'))
    // @ts-expect-error a key is a string
    never(() => cache.set(1, ADA))
    // @ts-expect-error the value is missing
    never(() => cache.set('user:1'))
    // @ts-expect-error a string is no user
    never(() => cache.setMany([['user:1', 'Ada']]))
  })

  it('refuse options that are none', () => {
    never(() => new TieredCache({ tiers: [memoryTier()], ttl: '1h', grace: 0, name: 'users', closeTimeout: '5s' }))
    // @ts-expect-error no such option
    never(() => new TieredCache({ maxAge: '1h' }))
    // @ts-expect-error a duration has a unit of its own
    never(() => new TieredCache({ ttl: '1 hour' }))
    // @ts-expect-error tiers are objects
    never(() => new TieredCache({ tiers: ['memory'] }))
    // @ts-expect-error a logger writes warnings
    never(() => new TieredCache({ logger: { debug() {}, info() {}, error() {} } }))
    // @ts-expect-error no such option of a write
    never(() => cache.set('user:1', ADA, { expires: 5 }))
    // @ts-expect-error a write has no signal
    never(() => cache.set('user:1', ADA, { signal: new AbortController().signal }))
    // @ts-expect-error no such option of a read
    never(() => cache.get('user:1', { ttl: '1h' }))
    // @ts-expect-error no such option of a tier
    never(() => memoryTier({ max: 10 }))
    // @ts-expect-error a bound is a number
    never(() => memoryTier({ maxEntries: '10' }))
  })

  it('take the type of the values from a schema, where none is named', () => {
    const users = undefined as never as StandardSchema<User>
    const deferred = {
      '~standard': { version: 1, vendor: 'test', validate: async (_value: unknown) => ({ value: ADA }) },
    } as const
    never(() => expectTypeOf(new TieredCache({ schema: users })).toEqualTypeOf<TieredCache<User>>())
    never(() => expectTypeOf(new TieredCache({ schema: deferred, ttl: '1h' })).toEqualTypeOf<TieredCache<User>>())
    never(() => expectTypeOf(new TieredCache<User>({ schema: users })).toEqualTypeOf<TieredCache<User>>())
    never(() => expectTypeOf(new TieredCache({ schema: undefined })).toEqualTypeOf<TieredCache>())
    never(() => expectTypeOf(new TieredCache({ ttl: '1h' })).toEqualTypeOf<TieredCache>())
    never(() => expectTypeOf(new TieredCache()).toEqualTypeOf<TieredCache>())
    const options = undefined as never as TieredCacheOptions<User>
    never(() => expectTypeOf(new TieredCache(options)).toEqualTypeOf<TieredCache<User>>())
    // @ts-expect-error the cache is of users
    never(() => new TieredCache({ schema: users }).set('user:1', 'Ada'))
  })

  it('refuse a schema of other values', () => {
    const names = undefined as never as StandardSchema<string>
    // @ts-expect-error a string is no user
    never(() => new TieredCache<User>({ schema: names }))
    // @ts-expect-error nobody knows what it makes
    never(() => new TieredCache<User>({ schema: names as StandardSchema }))
    // @ts-expect-error a parser is no Standard Schema
    never(() => new TieredCache({ schema: { parse: (value: unknown) => value as User } }))
    // @ts-expect-error of another version
    never(() => new TieredCache({ schema: { '~standard': { ...names['~standard'], version: 2 } } }))
  })

  it('let every option be undefined, so that what may be unset can be passed on', () => {
    const name: string | undefined = process.env['CACHE_NAME']
    const ttl = undefined as Duration | undefined
    const signal = undefined as AbortSignal | undefined
    never(() => new TieredCache({ name, ttl, grace: ttl, tiers: undefined, logger: undefined, clock: undefined }))
    never(() => new TieredCache<User>({ schema: undefined as StandardSchema<User> | undefined }))
    never(() => memoryTier({ name, ttl, maxEntries: undefined }))
    never(() => cache.get('user:1', { signal }))
    never(() => cache.set('user:1', ADA, { ttl, grace: ttl }))
    never(() => cache.getOrSet('user:1', () => ADA, { signal, ttl, hardTimeout: ttl, refreshCooldown: ttl }))
    never(() => cache.wrap((_id: number) => ADA, { key: String, ttl, tags: undefined }))
  })

  it('take console and other loggers of the same shape', () => {
    never(() => new TieredCache({ logger: console }))
  })

  it('name the facts of each event', () => {
    never(() =>
      cache.on('hit', (fact) =>
        expectTypeOf(fact).toEqualTypeOf<{
          readonly key: string
          readonly namespace: string | undefined
          readonly tier: string
          readonly freshness: Freshness
        }>(),
      ),
    )
    never(() => cache.on('fault', ({ error }) => expectTypeOf(error.tier).toBeString()))
    never(() => expectTypeOf(cache.on('miss', () => {})).toEqualTypeOf<() => void>())
    // @ts-expect-error no such event
    never(() => cache.on('hits', () => {}))
    // @ts-expect-error a miss has no tier
    never(() => cache.on('miss', ({ tier }) => tier))
  })

  it('name the numbers of the stats, and change none', () => {
    never(() => {
      const stats = cache.stats()
      expectTypeOf(stats).toEqualTypeOf<CacheStats>()
      expectTypeOf(stats.hitRate).toBeNumber()
      expectTypeOf(stats.tiers['memory']?.latencyMs.p99).toEqualTypeOf<number | undefined>()
      // @ts-expect-error readonly
      stats.hits = 0
    })
  })

  it('let a cache be disposed of by its scope', () => {
    expectTypeOf<TieredCache>().toExtend<AsyncDisposable>()
  })
})

describe('memoryTier types', () => {
  const weigh = ({ name }: User): number => name.length

  it('give weigh and onRemoval the type of the values', () => {
    never(() =>
      memoryTier<User>({
        maxWeight: 100,
        weigh: (value, key) => {
          expectTypeOf(value).toEqualTypeOf<User>()
          expectTypeOf(key).toBeString()
          return 1
        },
        onRemoval: (key, value, cause) => {
          expectTypeOf(value).toEqualTypeOf<User>()
          expectTypeOf(key).toBeString()
          expectTypeOf(cause).toEqualTypeOf<RemovalCause>()
        },
      }),
    )
    // From a function that has a type of its own, the other is inferred.
    never(() =>
      memoryTier({ maxWeight: 100, weigh, onRemoval: (_key, value) => expectTypeOf(value).toEqualTypeOf<User>() }),
    )
    never(() => memoryTier({ onRemoval: (_key, value) => expectTypeOf(value).toBeUnknown() }))
    // @ts-expect-error a user has no such property
    never(() => memoryTier<User>({ maxWeight: 1, weigh: ({ size }) => size }))
    // @ts-expect-error a user is no string
    never(() => memoryTier({ maxWeight: 1, weigh, onRemoval: (_key, _value: string) => {} }))
    // @ts-expect-error a weight is a number
    never(() => memoryTier<User>({ maxWeight: 1, weigh: ({ name }) => name }))
    // @ts-expect-error a weight is there at once
    never(() => memoryTier<User>({ maxWeight: 1, weigh: async () => 1 }))
  })

  it('know the policies, the copy modes and the units', () => {
    never(() => memoryTier({ policy: 'sieve', copy: 'freeze', maxBytes: '64mb', seed: 1, ttl: '1h' }))
    never(() => memoryTier({ policy: undefined, copy: undefined, maxBytes: undefined, seed: undefined }))
    never(() => memoryTier({ weigh: undefined, maxWeight: undefined, onRemoval: undefined }))
    // @ts-expect-error no such policy
    never(() => memoryTier({ policy: 'fifo' }))
    // @ts-expect-error no such mode
    never(() => memoryTier({ copy: true }))
    // @ts-expect-error bytes have a unit of their own
    never(() => memoryTier({ maxBytes: '64 MB' }))
    // @ts-expect-error a seed is a number
    never(() => memoryTier({ seed: '1' }))
  })

  it('name the bounds that can change, and what the tier tells of itself', () => {
    never(() => {
      const tier = memoryTier<User>()
      tier.resize({ maxEntries: 5, maxBytes: '1mb' })
      // @ts-expect-error no such bound
      tier.resize({ max: 5 })
      expectTypeOf(tier.measure()).toEqualTypeOf<MemoryTierMeasure>()
      expectTypeOf(tier.measure().windowShare).toEqualTypeOf<number | undefined>()
      expectTypeOf<MemoryTier['delete']>().parameter(1).toEqualTypeOf<DeleteCause | undefined>()
      for (const pairs of [tier.entries(), tier.hottest()]) {
        for (const pair of pairs) expectTypeOf(pair).toEqualTypeOf<readonly [string, Entry]>()
      }
      // @ts-expect-error readonly
      tier.measure().evictions = 0
    })
  })
})

describe('Tier types', () => {
  it('are met by a tier of 7 lines, synchronous or not', () => {
    const sync = { name: 'none', shared: false, sync: true, get: () => undefined, set() {}, delete() {} }
    expectTypeOf(sync).toExtend<Tier>()
    const deferred = { ...sync, sync: false, get: async () => undefined, async set() {}, async delete() {} }
    expectTypeOf(deferred).toExtend<Tier>()
    expectTypeOf({ ...sync, get: () => null }).not.toExtend<Tier>()
    expectTypeOf({ name: 'none', shared: false, get: () => undefined, set() {}, delete() {} }).not.toExtend<Tier>()
  })

  it('tell a memory tier as synchronous, and MISS from every other symbol', () => {
    expectTypeOf(memoryTier).returns.toHaveProperty('sync').toEqualTypeOf<true>()
    expectTypeOf<typeof MISS>().not.toEqualTypeOf<symbol>()
  })
})
