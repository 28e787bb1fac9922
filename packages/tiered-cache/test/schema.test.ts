import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyvTier, memoryTier, type StandardSchema, type Tier, TieredCache } from '@org/tiered-cache'
import { diskTier } from '@org/tiered-cache/disk'
import { ManualClock } from '@org/tiered-cache/testing'
import { gate, seededRandom, testSeed } from '@org/testkit'
import { Keyv } from 'keyv'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { makeEntry } from '../src/entry.ts'
import { GatedTier, settled } from './gated-tier.fixture.ts'
import { deferredUserSchema, NEVER_FITTING, schemaOf, type User, userSchema } from './schemas.fixture.ts'

const ADA: User = { id: 7, name: 'Ada' }
/** As earlier releases stored it. */
const OLD_ADA = { id: '7', name: 'Ada' }
const FOREIGN = { id: 'seven', nick: 'Ada' }
const SCHEMAS = [
  ['at once', userSchema],
  ['later', deferredUserSchema],
] as const

function setUp(schema: StandardSchema<User> | undefined, tiers: readonly Tier[] = [new GatedTier()]) {
  const clock = new ManualClock()
  const lines: string[] = []
  const logger = { debug() {}, info() {}, warn: (line: string) => lines.push(line), error() {} }
  const cache = new TieredCache<User>({ schema, tiers, clock, logger, grace: '1h' })
  onTestFinished(() => cache.close())
  const lower = tiers.find((tier) => tier instanceof GatedTier)
  const put = (key: string, value: unknown, { ttl = 3_600_000, grace = 0, into = lower! } = {}): void => {
    into.contents.set(key, makeEntry(value, clock.now(), ttl, grace, 0))
  }
  return { cache, clock, lines, put, lower: lower!, stats: () => cache.stats().tiers['gated']! }
}

describe.each(SCHEMAS)('A schema that answers %s', (_, schema) => {
  it('makes values of what an asynchronous tier gives, for all who read', async () => {
    const { cache, put, stats } = setUp(schema, [memoryTier(), new GatedTier()])
    for (const key of ['a', 'b', 'c', 'd', 'e']) put(key, OLD_ADA)
    await expect(cache.get('a')).resolves.toEqual(ADA)
    expect(cache.getSync('a')).toEqual(ADA)
    await expect(cache.getOrSet('b', () => ({ id: 0, name: 'loaded' }))).resolves.toEqual(ADA)
    await expect(cache.getMany(['c', 'd'])).resolves.toEqual(
      new Map([
        ['c', ADA],
        ['d', ADA],
      ]),
    )
    const { values } = await cache.getOrSetMany(['e'], () => new Map())
    expect(values.get('e')).toEqual(ADA)
    expect(stats()).toMatchObject({ hits: 5, misses: 0, unfit: 0 })
  })

  it('makes a counted miss of a value that does not fit, and what is loaded takes its place', async () => {
    const { cache, put, stats, lower } = setUp(schema)
    put('a', FOREIGN)
    await expect(cache.get('a')).resolves.toBeUndefined()
    expect(stats()).toMatchObject({ hits: 0, misses: 1, unfit: 1, faults: 0 })
    await expect(cache.getOrSet('a', () => ADA)).resolves.toEqual(ADA)
    expect(stats()).toMatchObject({ hits: 0, misses: 2, unfit: 2, faults: 0, available: true, breaker: 'closed' })
    await cache.idle()
    expect(lower.contents.get('a')!.value).toEqual(ADA)
    await expect(cache.get('a')).resolves.toEqual(ADA)
    expect(stats()).toMatchObject({ hits: 1, misses: 2, unfit: 2 })
    expect(cache.stats()).toMatchObject({ requests: 3, hits: 1, misses: 2, loads: 1 })
  })

  it('parts what fits from what does not where many are read at once', async () => {
    const tier = new GatedTier()
    const together: Tier = Object.assign(tier, {
      getMany: async (keys: readonly string[]) => keys.map((key) => tier.contents.get(key)),
    })
    const { cache, put, stats } = setUp(schema, [together])
    put('a', OLD_ADA)
    put('b', FOREIGN)
    put('c', undefined)
    put('d', ADA)
    await expect(cache.getMany(['a', 'b', 'c', 'd', 'e'])).resolves.toEqual(
      new Map([
        ['a', ADA],
        ['d', ADA],
      ]),
    )
    expect(stats()).toMatchObject({ hits: 3, misses: 2, unfit: 1 })
    expect(tier.count('get')).toBe(0)
  })

  it('serves no stale value that does not fit, not even where the loader fails', async () => {
    const { cache, put, clock } = setUp(schema)
    put('a', FOREIGN, { ttl: 10, grace: 10_000 })
    put('b', OLD_ADA, { ttl: 10, grace: 10_000 })
    await clock.advance(10)
    const fail = () => Promise.reject(new Error('source down'))
    await expect(cache.getOrSet('a', fail)).rejects.toThrow('source down')
    await expect(cache.getOrSet('b', fail)).resolves.toEqual(ADA)
  })

  it('lets a lower tier answer where one above holds what does not fit, which is overwritten', async () => {
    const lowest = new GatedTier({ name: 'lowest' })
    const { cache, put, lower, stats } = setUp(schema, [memoryTier(), new GatedTier(), lowest])
    put('a', FOREIGN)
    put('a', OLD_ADA, { into: lowest })
    await expect(cache.get('a')).resolves.toEqual(ADA)
    await cache.idle()
    expect([lower.contents.get('a')!.value, cache.getSync('a')]).toEqual([ADA, ADA])
    expect(stats()).toMatchObject({ misses: 1, unfit: 1 })
    expect(cache.stats().tiers['lowest']).toMatchObject({ hits: 1, unfit: 0 })
  })

  it('is asked by has, entry and explain too, which count nothing', async () => {
    const { cache, put, stats, lines } = setUp(schema)
    put('good', OLD_ADA)
    put('bad', FOREIGN)
    expect([await cache.has('good'), await cache.has('bad')]).toEqual([true, false])
    expect((await cache.entry('good'))?.freshness).toBe('fresh')
    await expect(cache.entry('bad')).resolves.toBeUndefined()
    expect(await cache.explain('bad')).toContain('get misses')
    expect(stats()).toMatchObject({ hits: 0, misses: 0, unfit: 0 })
    expect(lines).toEqual([])
  })

  it('is told of once for each tier, without a value', async () => {
    const second = new GatedTier({ name: 'second' })
    const { cache, put, lines } = setUp(schema, [new GatedTier(), second])
    for (const key of ['a', 'b']) {
      put(key, FOREIGN)
      put(key, FOREIGN, { into: second })
      await cache.get(key)
    }
    expect(lines).toEqual([
      'tier "gated" gave a value that does not fit the schema; such values are misses',
      'tier "second" gave a value that does not fit the schema; such values are misses',
    ])
  })

  const seed = testSeed()
  it(`gives what random tiers hold as a plain walk through them finds it, seed ${seed}`, async () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 200; round++) {
      const lowers = ['one', 'two', 'three'].map((name) => new GatedTier({ name }))
      const { cache, put } = setUp(schema, [memoryTier(), ...lowers])
      const held = lowers.map((into) => {
        const value = random.pick([OLD_ADA, ADA, FOREIGN, { id: random.int(0, 9), name: 'x', extra: 1 }, 'text', null])
        const isThere = random.chance(0.7)
        if (isThere) put('k', value, { into })
        return isThere ? value : undefined
      })
      const expected = held.map(plainlyFit).find((value) => value !== undefined)
      await expect(cache.get('k'), `round ${round}`).resolves.toEqual(expected)
      for (const [at, { name }] of lowers.entries()) {
        const { hits, misses, unfit } = cache.stats().tiers[name]!
        const isReached = held.slice(0, at).every((value) => plainlyFit(value) === undefined)
        const isUnfit = held[at] !== undefined && plainlyFit(held[at]) === undefined
        const isHit = plainlyFit(held[at]) !== undefined
        expect([hits, misses, unfit], `round ${round}, tier ${name}`).toEqual(
          isReached ? [Number(isHit), Number(!isHit), Number(isUnfit)] : [0, 0, 0],
        )
      }
    }
  })
})

describe('A schema', () => {
  it.each(Object.entries(NEVER_FITTING))(
    'that %s reaches no caller, and is no fault of the tier',
    async (_, schema) => {
      const { cache, put, stats } = setUp(schema)
      put('a', ADA)
      await expect(cache.get('a')).resolves.toBeUndefined()
      await expect(cache.getMany(['a'])).resolves.toEqual(new Map())
      await expect(cache.getOrSet('a', () => ({ id: 8, name: 'Bob' }))).resolves.toEqual({ id: 8, name: 'Bob' })
      await expect(cache.has('a')).resolves.toBe(false)
      expect(stats()).toMatchObject({ misses: 3, unfit: 3, faults: 0, available: true, breaker: 'closed' })
    },
  )

  it('that never answers holds nobody up beyond the deadline of the tier', async () => {
    const { cache, put, clock, stats } = setUp(schemaOf(() => new Promise(() => {})))
    put('a', ADA)
    const loaded = cache.getOrSet('a', () => ({ id: 8, name: 'Bob' }))
    await clock.advance(1_000)
    await expect(loaded).resolves.toEqual({ id: 8, name: 'Bob' })
    expect(stats()).toMatchObject({ misses: 1, unfit: 1, faults: 0, breaker: 'closed' })
  })

  it('is not asked about what the user sets, a loader gives, or a synchronous tier holds', async () => {
    const validate = vi.fn(userSchema['~standard'].validate)
    const { cache, lower } = setUp(schemaOf(validate), [memoryTier(), new GatedTier()])
    const wrong = FOREIGN as never
    await cache.set('a', wrong)
    await expect(cache.getOrSet('b', () => wrong)).resolves.toBe(FOREIGN)
    await cache.idle()
    expect([cache.getSync('a'), await cache.get('b')]).toEqual([FOREIGN, FOREIGN])
    expect(lower.contents.get('b')!.value).toBe(FOREIGN)
    await cache.get('nowhere')
    expect(validate).not.toHaveBeenCalled()
  })

  it('is not asked about what says that nothing was found', async () => {
    const { cache, put } = setUp(NEVER_FITTING['refuses all'])
    put('a', undefined)
    await expect(cache.getOrSet('a', () => ADA)).resolves.toBeUndefined()
    expect(cache.stats()).toMatchObject({ hits: 1, loads: 0 })
  })

  it('lets no read that a write has overtaken while it was asked leave its value above', async () => {
    const answer = gate<{ readonly value: User }>()
    const { cache, put } = setUp(
      schemaOf(() => answer.promise),
      [memoryTier(), new GatedTier()],
    )
    put('a', ADA)
    const before = cache.get('a')
    await settled()
    await cache.set('a', { id: 8, name: 'Bob' })
    answer.open({ value: ADA })
    await expect(before).resolves.toEqual(ADA)
    await cache.idle()
    expect(cache.getSync('a')).toEqual({ id: 8, name: 'Bob' })
    await cache.delete('a')
    await expect(cache.get('a')).resolves.toBeUndefined()
  })

  it('that is none is refused where the cache is made', () => {
    for (const schema of [{}, 'user', null, () => true, { '~standard': { version: 2 } }]) {
      expect(() => new TieredCache({ schema: schema as never })).toThrow(TypeError)
    }
    expect(() => new TieredCache({ schema: undefined })).not.toThrow()
  })

  it('stands between releases that share a Keyv store', async () => {
    const store = new Map<string, unknown>()
    const [older, newer] = [undefined, userSchema].map((schema) => setUp(schema, [keyvTier(new Keyv({ store }))]).cache)
    await older!.set('fits', OLD_ADA as never)
    await older!.set('does not', FOREIGN as never)
    await expect(newer!.get('fits')).resolves.toEqual(ADA)
    await expect(newer!.get('does not')).resolves.toBeUndefined()
  })

  it('stands between a release and the one before it that left its disk', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'schema-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const open = (schema: StandardSchema<User> | undefined) => {
      return new TieredCache<User>({ schema, tiers: [memoryTier(), diskTier({ directory, maxBytes: '16mb' })] })
    }
    const older = open(undefined)
    await older.ready()
    await older.set('fits', OLD_ADA as never)
    await older.set('does not', FOREIGN as never)
    await older.close()
    const newer = open(userSchema)
    await newer.ready()
    await expect(newer.get('fits')).resolves.toEqual(ADA)
    await expect(newer.getOrSet('does not', () => ({ id: 8, name: 'Bob' }))).resolves.toEqual({ id: 8, name: 'Bob' })
    expect(newer.stats().tiers['disk']).toMatchObject({ hits: 1, unfit: 1, faults: 0 })
    await newer.close()
  })
})

/** What {@link userSchema} gives, in other words. */
function plainlyFit(value: unknown): User | undefined {
  const { id, name } = (value ?? {}) as { readonly id?: unknown; readonly name?: unknown }
  if (typeof name !== 'string' || !/^\d$/.test(String(id))) return undefined
  return { id: Number(id), name }
}
