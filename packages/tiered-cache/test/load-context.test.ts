import { type Entry, type LoadContext, memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it } from 'vitest'
import { lastingTier } from './lasting-tier.fixture.ts'
import { Wire } from './wire.fixture.ts'

function setUp(options = {}) {
  const clock = new ManualClock()
  const entries = new Map<string, Entry>()
  const lower = lastingTier(entries, new Wire())
  const cache = new TieredCache<string>({ tiers: [memoryTier(), lower], clock, ttl: '10s', grace: '20s', ...options })
  return { clock, lower, entries, cache }
}

describe('What a loader says of its value', () => {
  it('is its ttl and its grace', async () => {
    const { cache, clock } = setUp()
    await cache.getOrSet('a', ({ setTtl, setGrace }) => {
      setTtl('1s')
      setGrace('2s')
      return 'v1'
    })
    const { storedAt, staleAt, expiresAt } = (await cache.entry('a'))!
    expect([staleAt - storedAt, expiresAt - staleAt]).toEqual([1_000, 2_000])
    await clock.advance('3s')
    await expect(cache.getOrSet('a', () => 'v2')).resolves.toBe('v2')
  })

  it('is that it is stored nowhere', async () => {
    const { cache, entries } = setUp()
    const load = ({ skipStore }: LoadContext<string>): string => {
      skipStore()
      return 'secret'
    }
    await expect(cache.getOrSet('a', load)).resolves.toBe('secret')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBeUndefined()
    expect(entries.size).toBe(0)
  })

  it('is its etag, which the load that replaces it is given, over a restart too', async () => {
    const { cache, clock, lower } = setUp()
    await cache.getOrSet('a', ({ setEtag }) => {
      setEtag('"1"')
      return 'v1'
    })
    await cache.idle()
    await clock.advance('10s')
    const next = new TieredCache<string>({ tiers: [memoryTier(), lower], clock, ttl: '10s', grace: '20s' })
    const seen: unknown[] = []
    await next.getOrSet('a', ({ stale }) => {
      seen.push(stale)
      return 'v2'
    })
    await next.idle()
    expect(seen).toEqual([{ value: 'v1', storedAt: clock.now() - 10_000, etag: '"1"' }])
  })

  it('is an etag that a set may give as well', async () => {
    const { cache, clock } = setUp()
    await cache.set('a', 'v1', { etag: '"7"' })
    await clock.advance('10s')
    const seen: unknown[] = []
    await cache.getOrSet('a', ({ stale }) => {
      seen.push(stale?.etag)
      return 'v2'
    })
    await cache.idle()
    expect(seen).toEqual(['"7"'])
  })

  it('is that the stale value is still right: it gets a new life and keeps its etag', async () => {
    const { cache, clock, entries } = setUp()
    await cache.set('a', 'v1', { etag: '"1"' })
    await clock.advance('10s')
    let asked = 0
    const load = ({ stale, notModified }: LoadContext<string>): string => {
      asked++
      return stale?.etag === '"1"' ? notModified() : 'v2'
    }
    await expect(cache.getOrSet('a', load)).resolves.toBe('v1')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBe('v1')
    expect([asked, entries.get('a')?.etag, entries.get('a')?.storedAt]).toEqual([1, '"1"', clock.now()])
  })

  it('cannot be that where there is no stale value', async () => {
    const { cache } = setUp()
    await expect(cache.getOrSet('a', ({ notModified }) => notModified())).rejects.toThrow(TypeError)
  })

  it.each([
    ['ttl', (context: LoadContext<string>) => context.setTtl(-1)],
    ['grace', (context: LoadContext<string>) => context.setGrace('soon' as '1s')],
    ['etag', (context: LoadContext<string>) => context.setEtag(7 as never)],
  ])('is refused where it is no %s', async (option, say) => {
    const { cache } = setUp()
    const load = (context: LoadContext<string>): string => {
      say(context)
      return 'v1'
    }
    await expect(cache.getOrSet('a', load)).rejects.toThrow(`${option} must be`)
  })
})

describe('That nothing was found', () => {
  it('is remembered for negativeTtl, and counts as a hit', async () => {
    const { cache, clock, entries } = setUp({ negativeTtl: '2s' })
    let loads = 0
    const load = (): undefined => {
      loads++
      return undefined
    }
    for (let call = 0; call < 3; call++) await expect(cache.getOrSet('a', load)).resolves.toBeUndefined()
    await cache.idle()
    expect([loads, cache.stats().hits, entries.has('a')]).toEqual([1, 2, true])
    await expect(cache.has('a')).resolves.toBe(false)
    await expect(cache.getMany(['a'])).resolves.toEqual(new Map())
    await clock.advance('2s')
    await cache.getOrSet('a', load)
    expect(loads).toBe(2)
  })

  it('is not remembered unless asked for, and never served stale', async () => {
    const { cache, clock } = setUp()
    let loads = 0
    const load = (): undefined => void loads++
    await cache.getOrSet('a', load)
    await cache.getOrSet('a', load)
    expect(loads).toBe(2)
    await cache.getOrSet('b', load, { negativeTtl: '1s' })
    await clock.advance('1s')
    await expect(cache.getOrSet('b', () => 'there')).resolves.toBe('there')
  })

  it('takes the place of a stale value, and is gone with a set', async () => {
    const { cache, clock } = setUp({ negativeTtl: '5s' })
    await cache.set('a', 'v1')
    await clock.advance('10s')
    await expect(cache.getOrSet('a', () => undefined as unknown as string)).resolves.toBe('v1')
    await cache.idle()
    await expect(cache.getOrSet('a', () => 'v2')).resolves.toBeUndefined()
    await cache.set('a', 'v3')
    await expect(cache.get('a')).resolves.toBe('v3')
  })

  it('lives as long as the loader says', async () => {
    const { cache } = setUp()
    await cache.getOrSet('a', ({ setTtl }) => {
      setTtl('3s')
      return undefined as unknown as string
    })
    const { storedAt, expiresAt } = (await cache.entry('a'))!
    expect(expiresAt - storedAt).toBe(3_000)
  })
})

describe('Jitter', () => {
  it('takes up to its fraction off the ttl, and nothing off the grace', async () => {
    const { cache } = setUp({ jitter: 0.5 })
    const ttls: number[] = []
    for (let at = 0; at < 200; at++) {
      await (at % 2 === 0 ? cache.set(`k${at}`, 'v') : cache.getOrSet(`k${at}`, () => 'v'))
      const { storedAt, staleAt, expiresAt } = (await cache.entry(`k${at}`))!
      ttls.push(staleAt - storedAt)
      expect(Math.round(expiresAt - staleAt)).toBe(20_000)
    }
    expect(Math.min(...ttls)).toBeGreaterThanOrEqual(5_000)
    expect(Math.max(...ttls)).toBeLessThanOrEqual(10_000)
    expect(Math.max(...ttls) - Math.min(...ttls)).toBeGreaterThan(2_500)
  })

  it.each([-0.1, 1.1, NaN, '1'])('is refused where it is %s', (jitter) => {
    expect(() => new TieredCache({ jitter: jitter as number })).toThrow('jitter must be a number from 0 to 1')
  })
})
