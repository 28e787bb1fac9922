import { type Duration, type LoadContext, memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { eventually, gate } from '@org/testkit'
import { describe, expect, it, vi } from 'vitest'
import { settled } from './gated-tier.fixture.ts'
import { realTiers } from './real-tiers.fixture.ts'

const CALLERS = 20
const real = realTiers()

describe('Where cache-manager had complaints, TieredCache', () => {
  // cache-manager #1127
  it('gives the value of the slow tier, however much sooner the fast one has said that it has none', async () => {
    const [a, b] = [await real.node(), await real.node({ source: { url: real.net.proxy.url }, hasBus: false })]
    await a.cache.set('k', 'v1')
    real.net.proxy.mute()
    const readings = [b.cache.get('k'), b.cache.getOrSet('k', () => 'loaded'), b.cache.getMany(['k'])]
    for (let turn = 0; turn < 20; turn++) await settled()
    expect(b.cache.stats().tiers['memory']!.misses).toBeGreaterThan(0)
    await real.net.proxy.pass()
    await expect(Promise.all(readings)).resolves.toEqual(['v1', 'v1', new Map([['k', 'v1']])])
  })

  // cache-manager #1170, nestjs/cache-manager#797
  it('answers every read while connections to Redis break, and uses it again when they hold', async () => {
    const { cache } = await real.node<number>({ clock: undefined, source: { url: real.net.proxy.url } })
    await cache.set('held', 1)
    const reads = async (state: string): Promise<void> => {
      for (let at = 0; at < 20; at++) {
        await expect(cache.getOrSet(`${state} ${at}`, () => at)).resolves.toBe(at)
        await expect(cache.get(`${state}, none ${at}`)).resolves.toBeUndefined()
        await expect(cache.get('held')).resolves.toBe(1)
        if (state === 'dropping') real.net.proxy.drop()
      }
    }
    await reads('dropping')
    await real.net.proxy.cut()
    await reads('cut')
    await expect(cache.set('held', 2)).resolves.toEqual({ reached: false })
    await real.net.proxy.pass()
    // What it has missed is made good too.
    const isBack = () => expect(cache.stats().tiers['redis']).toMatchObject({ available: true, pending: 0 })
    await eventually(isBack, { within: 10_000 })
    await expect(cache.set('after', 1)).resolves.toEqual({ reached: true })
    await expect((await real.node()).cache.get('held')).resolves.toBeUndefined()
  })

  // cache-manager #246, #619
  it('shares one run of the loader between loads, refreshes ahead and behind, and refreshes by force', async () => {
    const clock = new ManualClock(Date.now())
    const { cache } = await real.node<string>({ clock, ttl: '10s', grace: '1m', refreshAhead: 0.5 })
    const again = async (later: Duration, held: string | undefined): Promise<void> => {
      await clock.advance(later)
      const source = gate<string>()
      const load = vi.fn(() => source.promise)
      const reads = Array.from({ length: CALLERS }, () => cache.getOrSet('k', load, { softTimeout: 0 }))
      if (held !== undefined) await expect(Promise.all(reads)).resolves.toEqual(Array(CALLERS).fill(held))
      const forced = cache.getOrSet('k', load, { forceRefresh: true })
      await eventually(() => load.mock.calls.length > 0)
      source.open(`after ${held}`)
      await expect(forced).resolves.toBe(`after ${held}`)
      await Promise.all(reads)
      await cache.idle()
      expect(load).toHaveBeenCalledTimes(1)
    }
    await again(0, undefined)
    await again('5s', 'after undefined')
    await again('10s', 'after after undefined')
  })

  // cache-manager #606, #975
  it('refreshes ahead at the same fraction of each ttl, be it a second or a day', async () => {
    for (const [ttl, ttlMs] of [
      ['1s', 1_000],
      ['1m', 60_000],
      ['1d', 86_400_000],
    ] as const) {
      const clock = new ManualClock(Date.now())
      const { cache } = await real.node<string>({ clock, refreshAhead: 0.8 })
      await cache.set('k', 'v1', { ttl })
      const load = vi.fn(() => 'v2')
      const read = async (): Promise<string> => {
        const value = await cache.getOrSet('k', load, { ttl })
        await cache.idle()
        return value
      }
      await clock.advance(ttlMs * 0.8 - 1)
      await expect(read()).resolves.toBe('v1')
      expect(load).not.toHaveBeenCalled()
      await clock.advance(1)
      await expect(read()).resolves.toBe('v1')
      expect(load).toHaveBeenCalledTimes(1)
      expect(cache.getSync('k')).toBe('v2')
    }
  })

  // cache-manager #62
  it('gives the stale value at once from any tier, while its loader has not answered', async () => {
    for (const lost of ['none', 'memory', 'memory and Redis']) {
      const clock = new ManualClock(Date.now())
      const options = { clock, layout: ['memory', 'redis', 'disk'], ttl: '10s', grace: '1h' } as const
      const { cache, memory } = await real.node<string>(options)
      await cache.set(lost, 'v1')
      await clock.advance('10s')
      if (lost !== 'none') memory.clear()
      if (lost === 'memory and Redis') await real.net.ask('DEL', real.prefix + lost)
      const source = gate<string>()
      await expect(cache.getOrSet(lost, () => source.promise)).resolves.toBe('v1')
      source.open('v2')
      await cache.idle()
      await expect(cache.get(lost)).resolves.toBe('v2')
    }
  })

  // cache-manager #147, nestjs/nest#10876
  it('takes a ttl in words or in milliseconds, 0 as not at all, Infinity as for ever, and refuses nonsense', async () => {
    const clock = new ManualClock(Date.now())
    const { cache } = await real.node<number>({ clock, grace: 0 })
    const lives = [
      ['250ms', 250],
      ['30s', 30_000],
      ['5m', 300_000],
      ['1h', 3_600_000],
      ['7d', 604_800_000],
      [1_500, 1_500],
    ] as const
    for (const [ttl, ms] of lives) {
      await cache.set('k', 1, { ttl })
      const { storedAt, staleAt } = (await cache.entry('k'))!
      expect(staleAt - storedAt).toBe(ms)
    }
    await cache.set('k', 1, { ttl: 0 })
    await expect(cache.get('k')).resolves.toBeUndefined()
    await expect(cache.getOrSet('k', () => 2, { ttl: 0 })).resolves.toBe(2)
    await cache.idle()
    await expect(cache.entry('k')).resolves.toBeUndefined()
    await cache.set('ever', 1, { ttl: Infinity })
    await expect(real.net.ask('PTTL', `${real.prefix}ever`)).resolves.toBe(-1)
    await clock.advance('7d')
    for (let year = 0; year < 100; year++) clock.jump(clock.now() + 365 * 86_400_000)
    await expect(cache.get('ever')).resolves.toBe(1)
    for (const ttl of [Number.NaN, -1, '5 minutes', '', null, {}, 5n]) {
      await expect(cache.set('k', 1, { ttl: ttl as Duration })).rejects.toThrow('ttl must be')
      expect(() => new TieredCache({ ttl: ttl as Duration })).toThrow('ttl must be')
    }
  })

  // cache-manager #930, #1064
  it('tells the life that a key has left and where it is, and lists its keys', async () => {
    const clock = new ManualClock(Date.now())
    const { cache } = await real.node<number>({ clock, ttl: '10s', grace: '5s', layout: ['memory', 'redis', 'disk'] })
    await cache.setMany([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ])
    await cache.delete('b')
    await clock.advance('4s')
    await expect(cache.entry('a')).resolves.toMatchObject({
      tiers: ['memory', 'redis', 'disk'],
      freshness: 'fresh',
      remainingTtlMs: 6_000,
    })
    await expect(cache.entry('b')).resolves.toBeUndefined()
    const listed: (readonly [string, number])[] = []
    for await (const entry of cache) listed.push(entry)
    expect(new Map(listed)).toEqual(
      new Map([
        ['a', 1],
        ['c', 3],
      ]),
    )
    await clock.advance('6s')
    await expect(cache.entry('a')).resolves.toMatchObject({ freshness: 'stale', remainingTtlMs: 0 })
  })

  // cache-manager #793
  it('frees what has expired and is never read again, without a timer', async () => {
    const clock = new ManualClock()
    const memory = memoryTier({ maxEntries: Infinity })
    const cache = new TieredCache<number>({ tiers: [memory], clock, ttl: '1m' })
    for (let at = 0; at < 10_000; at++) await cache.set(`brief ${at}`, at, { ttl: '1s' })
    for (let at = 0; at < 10; at++) await cache.set(`long ${at}`, at)
    expect(memory.measure().entries).toBe(10_010)
    expect(clock.pendingTimers).toBe(0)
    await clock.advance('2s')
    for (let at = 0; at < 1_000; at++) await cache.set('other', at)
    expect(memory.measure().entries).toBe(11)
    expect(cache.stats().tiers['memory']!.removals.expired).toBe(10_000)
  })

  // cache-manager: promotion arms the full ttl again, reproduced with 7.2.9
  it('gives a value no new life on its way up, however many tiers it climbs', async () => {
    const clock = new ManualClock(Date.now())
    const { cache, memory } = await real.node<string>({ clock, ttl: '10m', layout: ['memory', 'redis', 'disk'] })
    await cache.set('k', 'v1')
    const { storedAt, staleAt, expiresAt } = (await cache.entry('k'))!
    for (const from of ['redis', 'redis', 'disk', 'disk']) {
      await clock.advance('2m')
      memory.clear()
      if (from === 'disk') await real.net.ask('DEL', `${real.prefix}k`)
      const { hits } = cache.stats().tiers[from]!
      await expect(cache.get('k')).resolves.toBe('v1')
      await cache.idle()
      expect([cache.stats().tiers[from]!.hits, memory.measure().entries]).toEqual([hits + 1, 1])
      await expect(cache.entry('k')).resolves.toMatchObject({ storedAt, staleAt, expiresAt })
    }
    await clock.advance(staleAt - clock.now() - 1)
    expect(cache.getSync('k')).toBe('v1')
    await clock.advance(1)
    expect(cache.getSync('k')).toBeUndefined()
    await expect(cache.get('k')).resolves.toBeUndefined()
  })

  // cache-manager: a nonBlocking write to a dead store ends Node by an unhandled rejection, reproduced with 7.2.9
  it('leaves no rejection unhandled where writes, backfills and refreshes fail behind its callers', async () => {
    const options = { clock: undefined, source: { url: real.net.proxy.url }, ttl: '1m', grace: '1m' } as const
    const { cache } = await real.node<number>({ ...options, layout: ['memory', 'redis', 'disk'] })
    const keep = ({ setTtl }: LoadContext<number>): number => {
      setTtl(0)
      return 1
    }
    const fails = (): Promise<number> => Promise.reject(new Error('the source is down'))
    for (const fault of ['mute', 'cut']) {
      await real.net.proxy.pass()
      await eventually(async () => expect(await cache.set('up', 1)).toEqual({ reached: true }), { within: 10_000 })
      await cache.getOrSet(`stale ${fault}`, keep)
      await cache.idle()
      if (fault === 'mute') real.net.proxy.mute()
      else await real.net.proxy.cut()
      const underWay = [
        cache.set(`set ${fault}`, 1),
        cache.delete(`deleted ${fault}`),
        cache.setMany([[`many ${fault}`, 1]]),
      ]
      await cache.getOrSet(`new ${fault}`, () => 1)
      await cache.getOrSet(`stale ${fault}`, fails)
      const [leaving, begun, source] = [new AbortController(), gate(), gate<number>()]
      const load = (): Promise<number> => (begun.open(), source.promise)
      const left = cache.getOrSet(`left ${fault}`, load, { signal: leaving.signal, whenAbandoned: 'continue' })
      await begun.promise
      leaving.abort('gone')
      await expect(left).rejects.toBe('gone')
      source.fail(new Error('the source is down'))
      underWay.push(cache.clear())
      await real.net.proxy.cut()
      await expect(Promise.all(underWay)).resolves.toEqual(underWay.map(() => ({ reached: false })))
      await cache.idle()
    }
    // That none was left unhandled is looked for after each test of this file.
    expect(cache.stats().tiers['redis']!.faults).toBeGreaterThan(0)
  })
})
