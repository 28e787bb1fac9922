import { LoadTimeoutError, memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { GatedTier, settled } from './gated-tier.fixture.ts'
import { checkingRequests } from './requests.fixture.ts'

function setUp(options = {}) {
  const clock = new ManualClock()
  const lower = new GatedTier({ name: 'lower', shared: true })
  const memory = memoryTier()
  const cache = checkingRequests(
    new TieredCache<string>({ tiers: [memory, lower], clock, ttl: '10s', grace: '20s', ...options }),
  )
  return { clock, lower, memory, cache }
}

describe('ttl and grace', () => {
  const timeline: readonly (readonly [number, string | undefined, string])[] = [
    [0, 'v1', 'v1'],
    [9_999, 'v1', 'v1'],
    [10_000, undefined, 'v1'],
    [29_999, undefined, 'v1'],
    [30_000, undefined, 'v2'],
    [90_000, undefined, 'v2'],
  ]
  it.each(timeline)('after %i ms get gives %s and getOrSet gives %s', async (ms, byGet, byLoad) => {
    for (const isInMemory of [true, false]) {
      const { cache, clock, memory } = setUp()
      await cache.set('a', 'v1')
      if (!isInMemory) memory.delete('a')
      await clock.advance(ms)
      await expect(cache.get('a')).resolves.toBe(byGet)
      await expect(cache.getOrSet('a', () => 'v2')).resolves.toBe(byLoad)
      await cache.close()
    }
  })

  it('can be given per call', async () => {
    const { cache, clock } = setUp()
    await cache.getOrSet('a', () => 'v1', { ttl: '1s', grace: 0 })
    await cache.set('b', 'v1', { ttl: '1s', grace: '1s' })
    await clock.advance('1s')
    await expect(cache.getOrSet('a', () => 'v2')).resolves.toBe('v2')
    await expect(cache.getOrSet('b', () => 'v2')).resolves.toBe('v1')
  })
})

describe('A stale value', () => {
  it('is served at once while one refresh runs, without a read of lower tiers in the way', async () => {
    const { cache, clock, lower } = setUp()
    await cache.set('a', 'v1')
    await clock.advance('10s')
    const source = gate<string>()
    let loads = 0
    const load = () => {
      loads++
      return source.promise
    }
    lower.hold('get')
    const callers = Array.from({ length: 20 }, () => cache.getOrSet('a', load))
    await expect(Promise.all(callers)).resolves.toEqual(Array(20).fill('v1'))
    await settled()
    lower.next('get').answer()
    await settled()
    expect(loads).toBe(1)
    source.open('v2')
    await cache.idle()
    expect(cache.getSync('a')).toBe('v2')
    expect(lower.contents.get('a')?.value).toBe('v2')
    expect(cache.stats()).toMatchObject({ requests: 21, hits: 21, staleHits: 20, loads: 1, refreshes: 1 })
  })

  it('is replaced by what another process stored below, without a load', async () => {
    const { cache, clock, lower } = setUp()
    await cache.set('a', 'v1')
    await clock.advance('10s')
    const renewed = { ...lower.contents.get('a')!, value: 'v2', storedAt: clock.now(), staleAt: clock.now() + 10_000 }
    lower.contents.set('a', { ...renewed, expiresAt: renewed.staleAt })
    await expect(cache.getOrSet('a', () => 'never')).resolves.toBe('v1')
    await cache.idle()
    expect(cache.getSync('a')).toBe('v2')
    expect(cache.stats().loads).toBe(0)
  })

  it('is given to the loader that replaces it', async () => {
    const { cache, clock } = setUp()
    await cache.set('a', 'v1')
    const storedAt = clock.now()
    await clock.advance('10s')
    const contexts: unknown[] = []
    await cache.getOrSet('a', ({ key, stale }) => {
      contexts.push({ key, stale })
      return 'v2'
    })
    await cache.idle()
    expect(contexts).toEqual([{ key: 'a', stale: { value: 'v1', storedAt, etag: undefined } }])
  })

  it('is served while the loader fails, which is asked again only after the cooldown', async () => {
    const { cache, clock } = setUp({ refreshCooldown: '3s' })
    await cache.set('a', 'v1')
    await clock.advance('10s')
    let loads = 0
    const load = () => {
      loads++
      throw new Error('the source is down')
    }
    const ask = async () => {
      await expect(cache.getOrSet('a', load)).resolves.toBe('v1')
      await cache.idle()
    }
    await ask()
    await ask()
    expect(loads).toBe(1)
    await clock.advance('2999ms')
    await ask()
    expect(loads).toBe(1)
    await clock.advance(1)
    await ask()
    expect(loads).toBe(2)
    expect(cache.stats()).toMatchObject({ staleHits: 4, loadFailures: 2 })
    await clock.advance('20s')
    await expect(cache.getOrSet('a', load)).rejects.toThrow('the source is down')
  })

  it('gives way to a set during its refresh', async () => {
    const { cache, clock } = setUp()
    await cache.set('a', 'v1')
    await clock.advance('10s')
    const source = gate<string>()
    await cache.getOrSet('a', () => source.promise)
    await settled()
    await cache.set('a', 'v3')
    source.open('v2')
    await cache.idle()
    expect(cache.getSync('a')).toBe('v3')
  })

  it('is dropped when its refresh finds that there is nothing any more', async () => {
    const { cache, clock, lower } = setUp()
    await cache.set('a', 'v1')
    await clock.advance('10s')
    await expect(cache.getOrSet<string | undefined>('a', () => undefined)).resolves.toBe('v1')
    await cache.idle()
    expect(lower.contents.has('a')).toBe(false)
    await expect(cache.getOrSet('a', () => 'v2')).resolves.toBe('v2')
  })
})

describe('hardTimeout', () => {
  it('ends a load for its callers and aborts its signal, heeded or not', async () => {
    const { cache, clock } = setUp({ hardTimeout: '5s' })
    const source = gate<string>()
    let reason: unknown
    const caller = cache.getOrSet('a', ({ signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason
      })
      return source.promise
    })
    const failed = expect(caller).rejects.toThrow(LoadTimeoutError)
    await clock.advance('5s')
    await failed
    expect(reason).toMatchObject({ code: 'ERR_CACHE_LOAD_TIMEOUT', key: 'a', timeoutMs: 5_000 })
    source.open('late')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBeUndefined()
    expect(clock.pendingTimers).toBe(0)
  })

  it('makes a signal that is read late an aborted one', async () => {
    const { cache, clock } = setUp({ hardTimeout: '5s' })
    const source = gate<string>()
    const seen = gate<boolean>()
    const failed = expect(
      cache.getOrSet('a', async (context) => {
        await source.promise
        seen.open(context.signal.aborted)
        return 'late'
      }),
    ).rejects.toThrow(LoadTimeoutError)
    await clock.advance('5s')
    await failed
    source.open('go on')
    await expect(seen.promise).resolves.toBe(true)
  })
})
