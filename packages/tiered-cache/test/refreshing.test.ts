import { memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { gate } from '@org/testkit'
import { describe, expect, it, vi } from 'vitest'
import { settled } from './gated-tier.fixture.ts'
import { checkingRequests } from './requests.fixture.ts'
import { twoNodes } from './two-nodes.fixture.ts'

function setUp(options = {}) {
  const clock = new ManualClock()
  const cache = checkingRequests(
    new TieredCache<string>({ tiers: [memoryTier()], clock, ttl: '10s', grace: '20s', ...options }),
  )
  return { clock, cache }
}

describe('softTimeout', () => {
  it('gives the new value where it is there in time, as a miss', async () => {
    const { cache, clock } = setUp({ softTimeout: '100ms' })
    await cache.set('a', 'v1')
    await clock.advance('10s')
    const source = gate<string>()
    const reading = cache.getOrSet('a', () => source.promise)
    await clock.advance(99)
    source.open('v2')
    await expect(reading).resolves.toBe('v2')
    expect(cache.stats()).toMatchObject({ hits: 0, staleHits: 0, misses: 1, loads: 1, refreshes: 1 })
  })

  it('gives the stale value after it; the refresh goes on and fills the cache', async () => {
    const { cache, clock } = setUp({ softTimeout: '100ms' })
    await cache.set('a', 'v1')
    await clock.advance('10s')
    const source = gate<string>()
    const reading = cache.getOrSet('a', () => source.promise)
    await clock.advance(100)
    await expect(reading).resolves.toBe('v1')
    source.open('v2')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBe('v2')
    expect(cache.stats()).toMatchObject({ staleHits: 1, loads: 1 })
  })

  it('gives the stale value where the refresh fails, however long it may take', async () => {
    const { cache, clock } = setUp({ softTimeout: Infinity })
    await cache.set('a', 'v1')
    await clock.advance('10s')
    const failing = cache.getOrSet('a', () => Promise.reject(new Error('away')))
    await expect(failing).resolves.toBe('v1')
    // It is left alone for a while: nobody waits.
    await expect(cache.getOrSet('a', () => 'v2')).resolves.toBe('v1')
  })

  it('is one wait for one refresh, however many callers there are', async () => {
    const { cache, clock } = setUp({ softTimeout: '1s' })
    await cache.set('a', 'v1')
    await clock.advance('10s')
    const source = gate<string>()
    const load = vi.fn(() => source.promise)
    const readings = Array.from({ length: 5 }, () => cache.getOrSet('a', load))
    await settled()
    source.open('v2')
    await expect(Promise.all(readings)).resolves.toEqual(Array.from({ length: 5 }, () => 'v2'))
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('does not count where nothing stale is there', async () => {
    const { cache, clock } = setUp({ softTimeout: '100ms' })
    const source = gate<string>()
    const reading = cache.getOrSet('a', () => source.promise)
    await clock.advance('1s')
    source.open('v1')
    await expect(reading).resolves.toBe('v1')
  })
})

describe('refreshAhead', () => {
  it('renews a fresh value behind a hit once its fraction of the ttl is over', async () => {
    const { cache, clock } = setUp({ refreshAhead: 0.8 })
    const load = vi.fn(() => 'v2')
    await cache.set('a', 'v1')
    await clock.advance(7_999)
    await expect(cache.getOrSet('a', load)).resolves.toBe('v1')
    await cache.idle()
    expect(load).not.toHaveBeenCalled()
    await clock.advance(1)
    await expect(cache.getOrSet('a', load)).resolves.toBe('v1')
    await cache.idle()
    await expect(cache.getOrSet('a', load)).resolves.toBe('v2')
    expect(load).toHaveBeenCalledTimes(1)
    expect(cache.stats()).toMatchObject({ hits: 3, staleHits: 0, refreshes: 1 })
  })

  it('renews once, and after a failure not before the cooldown is over', async () => {
    const { cache, clock } = setUp({ refreshAhead: 0.5, refreshCooldown: '1s' })
    await cache.set('a', 'v1')
    await clock.advance('5s')
    const load = vi.fn(() => Promise.reject(new Error('away')))
    for (let call = 0; call < 3; call++) await expect(cache.getOrSet('a', load)).resolves.toBe('v1')
    await cache.idle()
    await expect(cache.getOrSet('a', load)).resolves.toBe('v1')
    expect(load).toHaveBeenCalledTimes(1)
    await clock.advance('1s')
    await cache.getOrSet('a', load)
    await cache.idle()
    expect(load).toHaveBeenCalledTimes(2)
  })

  it('renews on one node, and the others have it from there', async () => {
    const { nodes, a, b } = await twoNodes({ ttl: '10s', refreshAhead: 0.5 })
    await a.cache.set('k', 'v1')
    for (const { bus } of [a, b]) bus.run()
    await expect(b.cache.get('k')).resolves.toBe('v1')
    await nodes.clock.advance('5s')
    const load = vi.fn(() => 'v2')
    await a.cache.getOrSet('k', load)
    await a.cache.idle()
    await expect(b.cache.getOrSet('k', load)).resolves.toBe('v1')
    await b.cache.idle()
    await expect(b.cache.getOrSet('k', load)).resolves.toBe('v2')
    expect(load).toHaveBeenCalledTimes(1)
  })

  it("with 'xfetch' renews the earlier the longer the load took", async () => {
    const early = async (loadMs: number): Promise<number> => {
      const { cache, clock } = setUp({ refreshAhead: 'xfetch' })
      let renewed = 0
      for (let at = 0; at < 300; at++) {
        const source = gate<string>()
        const loading = cache.getOrSet(`k${at}`, () => source.promise)
        await clock.advance(loadMs)
        source.open('v1')
        await loading
      }
      const before = clock.now()
      await clock.advance(5_000)
      for (let at = 0; at < 300; at++) await cache.getOrSet(`k${at}`, () => String(renewed++))
      expect(clock.now() - before).toBe(5_000)
      await cache.idle()
      return renewed
    }
    expect(await early(0)).toBe(0)
    expect(await early(20)).toBeGreaterThan(0)
  })

  it.each([-1, 1.5, 'soon'])('is refused where it is %s', (refreshAhead) => {
    expect(() => new TieredCache({ refreshAhead: refreshAhead as number })).toThrow('refreshAhead must be')
  })
})

describe('negativeErrors', () => {
  it('remembers an error for as long as it says, and gives it without a load', async () => {
    const { cache, clock } = setUp({ negativeErrors: () => '5s' })
    const load = vi.fn(() => Promise.reject(new Error('gone')))
    for (let call = 0; call < 3; call++) await expect(cache.getOrSet('a', load)).rejects.toThrow('gone')
    expect(load).toHaveBeenCalledTimes(1)
    await clock.advance('5s')
    await expect(cache.getOrSet('a', () => 'v1')).resolves.toBe('v1')
  })

  it('remembers those alone that it says, and none by default', async () => {
    const { cache } = setUp()
    const load = vi.fn((): string => {
      throw new Error('gone')
    })
    const negativeErrors = (error: unknown): '1s' | false => ((error as Error).message === 'gone' ? '1s' : false)
    await expect(cache.getOrSet('a', load)).rejects.toThrow('gone')
    await expect(cache.getOrSet('a', load, { negativeErrors })).rejects.toThrow('gone')
    await expect(cache.getOrSet('a', load, { negativeErrors })).rejects.toThrow('gone')
    expect(load).toHaveBeenCalledTimes(2)
    const other = (): string => {
      throw new Error('other')
    }
    await expect(cache.getOrSet('b', other, { negativeErrors })).rejects.toThrow('other')
    await expect(cache.getOrSet('b', () => 'v1', { negativeErrors })).resolves.toBe('v1')
  })

  it.each(['set', 'delete', 'clear', 'forceRefresh'] as const)('forgets it with a %s', async (verb) => {
    const { cache } = setUp({ negativeErrors: () => '1h' })
    await expect(cache.getOrSet('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
    if (verb === 'set') await cache.set('a', 'v1')
    else if (verb === 'delete') await cache.delete('a')
    else if (verb === 'clear') await cache.clear()
    else await cache.getOrSet('a', () => 'v1', { forceRefresh: true })
    await expect(cache.getOrSet('a', () => 'v1')).resolves.toBe('v1')
  })

  it('that throws, or says nonsense, remembers nothing', async () => {
    for (const negativeErrors of [
      () => {
        throw new Error('its own')
      },
      () => 'soon' as '1s',
    ]) {
      const { cache } = setUp({ negativeErrors })
      await expect(cache.getOrSet('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
      await expect(cache.getOrSet('a', () => 'v1')).resolves.toBe('v1')
    }
  })
})

describe('forceRefresh', () => {
  it('loads although there is a fresh value, which the loader is given', async () => {
    const { cache } = setUp()
    await cache.set('a', 'v1')
    const stale: unknown[] = []
    const load = (context: { stale: { value: string } | undefined }): string => {
      stale.push(context.stale?.value)
      return 'v2'
    }
    await expect(cache.getOrSet('a', load, { forceRefresh: true })).resolves.toBe('v2')
    await expect(cache.get('a')).resolves.toBe('v2')
    expect(stale).toEqual(['v1'])
  })

  it('joins a load that is under way', async () => {
    const { cache } = setUp()
    const source = gate<string>()
    const first = cache.getOrSet('a', () => source.promise)
    const second = cache.getOrSet('a', () => 'other', { forceRefresh: true })
    await settled()
    source.open('v1')
    await expect(Promise.all([first, second])).resolves.toEqual(['v1', 'v1'])
  })

  it('renews what other nodes have stored, and waits for one that loads', async () => {
    const { a, b } = await twoNodes({ ttl: '1h' })
    await a.cache.set('k', 'v1')
    for (const { bus } of [a, b]) bus.run()
    await expect(b.cache.getOrSet('k', () => 'v2', { forceRefresh: true })).resolves.toBe('v2')
    await b.cache.idle()
    await expect(a.cache.getOrSet('k', () => 'v3', { forceRefresh: true })).resolves.toBe('v3')
    await expect(
      a.cache.getOrSet('k', () => Promise.reject(new Error('away')), { forceRefresh: true }),
    ).rejects.toThrow('away')
  })
})

describe('negativeErrors: what is not remembered', () => {
  it.each(['delete', 'clear'] as const)('is the error of a load that a %s has overtaken', async (verb) => {
    const { cache } = setUp({ negativeErrors: () => '1h' })
    const source = gate<string>()
    const loading = cache.getOrSet('a', () => source.promise)
    loading.catch(() => {})
    await settled()
    await (verb === 'delete' ? cache.delete('a') : cache.clear())
    source.fail(new Error('old'))
    await expect(loading).rejects.toThrow('old')
    await expect(cache.getOrSet('a', () => 'v1')).resolves.toBe('v1')
  })

  it('is that a caller has left', async () => {
    const { cache } = setUp({ negativeErrors: () => '1h' })
    const leaving = new AbortController()
    const left = cache.getOrSet('a', () => new Promise<string>(() => {}), { signal: leaving.signal })
    left.catch(() => {})
    await settled()
    leaving.abort(new Error('left'))
    await settled()
    await expect(cache.getOrSet('a', () => 'v1')).resolves.toBe('v1')
  })
})

describe('A refresh', () => {
  it('that a write has overtaken leaves nothing alone when it fails', async () => {
    const { cache, clock } = setUp({ ttl: '1s', grace: '1h' })
    await cache.set('a', 'v1')
    await clock.advance('1s')
    const source = gate<string>()
    await expect(cache.getOrSet('a', () => source.promise)).resolves.toBe('v1')
    await cache.set('a', 'v2')
    source.fail(new Error('old'))
    await cache.idle()
    await clock.advance('1s')
    await expect(cache.getOrSet('a', () => 'v3')).resolves.toBe('v2')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBe('v3')
  })

  it('that is not to be stored leaves the stale value, and is not made again before the cooldown', async () => {
    const { cache, clock } = setUp()
    await cache.set('a', 'v1')
    await clock.advance('10s')
    const load = vi.fn(({ skipStore }: { readonly skipStore: () => void }) => {
      skipStore()
      return 'secret'
    })
    for (let read = 0; read < 3; read++) {
      await expect(cache.getOrSet('a', load)).resolves.toBe('v1')
      await cache.idle()
    }
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('that gives its value no life takes the stale one away', async () => {
    const { cache, clock } = setUp()
    await cache.set('a', 'v1')
    await clock.advance('10s')
    const load = ({ setTtl, setGrace }: { setTtl: (ttl: 0) => void; setGrace: (grace: 0) => void }): string => {
      setTtl(0)
      setGrace(0)
      return 'v2'
    }
    await expect(cache.getOrSet('a', load)).resolves.toBe('v1')
    await cache.idle()
    await expect(cache.entry('a')).resolves.toBeUndefined()
  })
})
