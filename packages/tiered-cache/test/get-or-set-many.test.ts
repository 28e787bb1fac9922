import { type BatchLoader, memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { gate } from '@org/testkit'
import { describe, expect, it, vi } from 'vitest'
import { settled } from './gated-tier.fixture.ts'
import { checkingRequests } from './requests.fixture.ts'
import { twoNodes } from './two-nodes.fixture.ts'

function setUp(options = {}) {
  const clock = new ManualClock()
  const cache = checkingRequests(new TieredCache<string>({ tiers: [memoryTier()], clock, ttl: '10s', ...options }))
  return { clock, cache }
}

/** Gives each key its own name as a value, and notes what it was called with. */
function naming() {
  return vi.fn<BatchLoader<string>>((keys) => new Map(keys.map((key) => [key, `value of ${key}`])))
}

describe('getOrSetMany', () => {
  it('loads what is missing by one call, and nothing twice', async () => {
    const { cache } = setUp()
    await cache.set('b', 'there')
    const loadMany = naming()
    const { values, errors } = await cache.getOrSetMany(['a', 'b', 'c', 'a'], loadMany)
    expect([...values]).toEqual([
      ['a', 'value of a'],
      ['b', 'there'],
      ['c', 'value of c'],
    ])
    expect(errors).toEqual(new Map())
    expect(loadMany.mock.calls.map(([keys]) => keys)).toEqual([['a', 'c']])
    await cache.getOrSetMany(['a', 'b', 'c'], loadMany)
    expect(loadMany).toHaveBeenCalledTimes(1)
    expect(cache.stats()).toMatchObject({ requests: 6, hits: 4, misses: 2, loads: 2 })
  })

  it('tells what failed by key, and stores the rest', async () => {
    const { cache } = setUp()
    const gone = new Error('gone')
    const { values, errors } = await cache.getOrSetMany(['a', 'b', 'c'], (keys, { fail }) => {
      fail('b', gone)
      return new Map(keys.map((key) => [key, key.toUpperCase()]))
    })
    expect([...values]).toEqual([
      ['a', 'A'],
      ['c', 'C'],
    ])
    expect([...errors]).toEqual([['b', gone]])
    expect([await cache.get('a'), await cache.get('b')]).toEqual(['A', undefined])
  })

  it('tells the error of the whole call for each of its keys', async () => {
    const { cache } = setUp()
    await cache.set('b', 'there')
    const away = new Error('away')
    const { values, errors } = await cache.getOrSetMany(['a', 'b', 'c'], () => Promise.reject(away))
    expect([...values]).toEqual([['b', 'there']])
    expect([...errors]).toEqual([
      ['a', away],
      ['c', away],
    ])
  })

  it('leaves out what was not found, and remembers it for negativeTtl', async () => {
    const { cache } = setUp({ negativeTtl: '5s' })
    const loadMany = vi.fn<BatchLoader<string>>(() => new Map())
    for (let call = 0; call < 2; call++) {
      await expect(cache.getOrSetMany(['a'], loadMany)).resolves.toEqual({ values: new Map(), errors: new Map() })
    }
    expect(loadMany).toHaveBeenCalledTimes(1)
  })

  it('shares the loads of single keys, and they share its', async () => {
    const { cache } = setUp()
    const single = gate<string>()
    const first = cache.getOrSet('a', () => single.promise)
    const batch = gate<ReadonlyMap<string, string>>()
    const loadMany = vi.fn<BatchLoader<string>>(() => batch.promise)
    const many = cache.getOrSetMany(['a', 'b'], loadMany)
    await settled()
    const second = cache.getOrSet('b', () => 'its own')
    single.open('one')
    batch.open(new Map([['b', 'two']]))
    await expect(Promise.all([first, second])).resolves.toEqual(['one', 'two'])
    expect((await many).values).toEqual(
      new Map([
        ['a', 'one'],
        ['b', 'two'],
      ]),
    )
    expect(loadMany.mock.calls.map(([keys]) => keys)).toEqual([['b']])
  })

  it('serves what is stale, and renews it by one call behind', async () => {
    const { cache, clock } = setUp({ grace: '10s' })
    const keys = ['a', 'b', 'c']
    await cache.setMany(keys.map((key) => [key, 'old']))
    await clock.advance('10s')
    const loadMany = naming()
    const { values } = await cache.getOrSetMany(keys, loadMany)
    expect([...values.values()]).toEqual(['old', 'old', 'old'])
    await cache.idle()
    expect(loadMany.mock.calls.map(([each]) => each)).toEqual([keys])
    await expect(cache.get('b')).resolves.toBe('value of b')
  })

  it('reads Redis once, asks for the leases at once, and loads what it was granted by one call', async () => {
    const { a, b } = await twoNodes()
    const keys = Array.from({ length: 50 }, (_, at) => `key:${at}`)
    await b.cache.setMany(keys.slice(0, 10).map((key) => [key, 'of b']))
    a.bus.run()
    const loadMany = naming()
    const { values } = await a.cache.getOrSetMany(keys, loadMany)
    expect([values.size, loadMany.mock.calls.length, loadMany.mock.calls[0]?.[0].length]).toEqual([50, 1, 40])
    expect([a.redis.count('get key'), a.redis.count('acquire')]).toEqual([1, 40])
    await a.cache.idle()
    await expect(b.cache.getMany(keys)).resolves.toEqual(values)
  })

  it('ends with the signal of its caller', async () => {
    const { cache } = setUp()
    const controller = new AbortController()
    const many = cache.getOrSetMany(['a'], () => new Promise(() => {}), {
      signal: controller.signal,
      hardTimeout: '1s',
    })
    controller.abort(new Error('left'))
    await expect(many).rejects.toThrow('left')
    await cache.close()
  })

  it('goes on for another caller of one of its keys when its own has left', async () => {
    const { cache } = setUp()
    const leaving = new AbortController()
    const batch = gate<ReadonlyMap<string, string>>()
    let signal: AbortSignal | undefined
    const loadMany: BatchLoader<string> = (_, context) => {
      ;({ signal } = context)
      return batch.promise
    }
    const many = cache.getOrSetMany(['a', 'b'], loadMany, { signal: leaving.signal })
    many.catch(() => {})
    await settled()
    const other = cache.getOrSet('b', () => 'its own')
    await settled()
    leaving.abort(new Error('left'))
    await expect(many).rejects.toThrow('left')
    expect(signal?.aborted).toBe(false)
    batch.open(new Map([['b', 'of the batch']]))
    await expect(other).resolves.toBe('of the batch')
  })

  it('aborts its loader when the last of its keys is given up, those that failed not counted', async () => {
    const { cache } = setUp()
    const leaving = new AbortController()
    let signal: AbortSignal | undefined
    const loadMany: BatchLoader<string> = (_, context) => {
      context.fail('a', new Error('gone'))
      ;({ signal } = context)
      return new Promise(() => {})
    }
    const many = cache.getOrSetMany(['a', 'b'], loadMany, { signal: leaving.signal })
    many.catch(() => {})
    await settled()
    expect(signal?.aborted).toBe(false)
    leaving.abort(new Error('left'))
    expect(signal?.aborted).toBe(true)
    await cache.close()
  })

  it('aborts its loader when the load takes too long, and tells so by key', async () => {
    const { cache, clock } = setUp({ hardTimeout: '1s' })
    let signal: AbortSignal | undefined
    const many = cache.getOrSetMany(['a', 'b'], (_, context) => {
      ;({ signal } = context)
      return new Promise(() => {})
    })
    await settled()
    await clock.advance('1s')
    const { errors } = await many
    expect([...errors].map(([key, error]) => [key, (error as Error).name])).toEqual([
      ['a', 'LoadTimeoutError'],
      ['b', 'LoadTimeoutError'],
    ])
    expect(signal?.aborted).toBe(true)
  })

  it('refuses what is no key, no function and no Map', async () => {
    const { cache } = setUp()
    await expect(cache.getOrSetMany(['a', 7 as never], naming())).rejects.toThrow('key must be')
    await expect(cache.getOrSetMany(['a'], 'load' as never)).rejects.toThrow('loadMany must be')
    const { errors } = await cache.getOrSetMany(['a'], (() => ({ a: 1 })) as never)
    expect(String(errors.get('a'))).toContain('loadMany must give a Map')
  })
})
