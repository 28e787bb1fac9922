import { getEventListeners } from 'node:events'
import { type LoadContext, memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { eventually } from '@org/testkit'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { realTiers } from './real-tiers.fixture.ts'

const CALLERS = 50
const real = realTiers()

/** The hash that cacheable's wrap() makes of its arguments: 32 bits. */
function djb2(text: string): number {
  let hash = 5381
  for (const letter of text) hash = (hash * 33 + letter.charCodeAt(0)) | 0
  return hash
}

describe('Where cacheable had complaints, TieredCache', () => {
  // cacheable #1202, #1208
  it('answers while Redis takes requests and gives no answer, and soon asks it nothing any more', async () => {
    const clock = new ManualClock(Date.now())
    const { cache } = await real.node<number>({ clock, source: { url: real.net.proxy.url }, hasBus: false })
    await cache.set('held', 1)
    real.net.proxy.mute({ requests: 'pass' })
    const isAvailable = (): boolean => cache.stats().tiers['redis']!.available
    for (let at = 0; isAvailable(); at++) {
      const load = vi.fn(() => at)
      const reading = cache.getOrSet(`new ${at}`, load)
      while (load.mock.calls.length === 0) await clock.advance('50ms')
      await expect(reading).resolves.toBe(at)
    }
    await expect(cache.get('held')).resolves.toBe(1)
    const before = cache.stats().tiers['redis']!
    expect(before).toMatchObject({ available: false, breaker: 'open' })
    const sent = await real.commands(async () => {
      for (let at = 0; at < 100; at++) {
        await expect(cache.get(`none ${at}`)).resolves.toBeUndefined()
        await expect(cache.getOrSet(`newer ${at}`, () => at)).resolves.toBe(at)
      }
    })
    expect([sent['mget'], sent['evalsha'], sent['eval']]).toEqual([undefined, undefined, undefined])
    const { hits, misses, faults } = cache.stats().tiers['redis']!
    expect({ hits, misses, faults }).toEqual({ hits: before.hits, misses: before.misses, faults: before.faults })
  })

  // cacheable #1554, PR #1553, #1147
  it("rejects with the loader's own error, whatever Redis does, and never with one of a tier", async () => {
    const { cache } = await real.node<number>({ clock: undefined, source: { url: real.net.proxy.url } })
    const error = new Error('the source is down')
    const fails = (): Promise<number> => Promise.reject(error)
    const wrapped = cache.wrap(fails, { key: () => 'wrapped' })
    for (const isCut of [false, true]) {
      if (isCut) await real.net.proxy.cut()
      await expect(cache.getOrSet(`failing ${isCut}`, fails)).rejects.toBe(error)
      await expect(wrapped()).rejects.toBe(error)
      const { errors } = await cache.getOrSetMany([`one of many ${isCut}`], () => Promise.reject(error))
      expect([...errors.values()]).toEqual([error])
      await expect(cache.getOrSet(`new ${isCut}`, () => 1)).resolves.toBe(1)
      await expect(cache.get(`none ${isCut}`)).resolves.toBeUndefined()
      await expect(cache.getMany([`none ${isCut}`])).resolves.toEqual(new Map())
      await expect(cache.set(`set ${isCut}`, 1)).resolves.toEqual({ reached: !isCut })
      await expect(cache.delete(`set ${isCut}`)).resolves.toEqual({ reached: !isCut })
    }
    expect(cache.stats().tiers['redis']!.faults).toBeGreaterThan(0)
  })

  // cacheable #896, PR #898
  it('remembers no error unless told to, then for as long as told, on this node alone, and as the error it was', async () => {
    const clock = new ManualClock(Date.now())
    const [a, b] = [await real.node<number>({ clock }), await real.node<number>({ clock })]
    class NotFound extends Error {}
    const fails = vi.fn((): Promise<number> => Promise.reject(new NotFound('no such book')))
    for (let call = 0; call < 3; call++) await expect(a.cache.getOrSet('k', fails)).rejects.toBeInstanceOf(NotFound)
    expect(fails).toHaveBeenCalledTimes(3)
    const negativeErrors = (error: unknown): '5s' | false => (error instanceof NotFound ? '5s' : false)
    const reads = () => a.cache.getOrSet('k', fails, { negativeErrors })
    for (let call = 0; call < 3; call++) await expect(reads()).rejects.toBeInstanceOf(NotFound)
    expect(fails).toHaveBeenCalledTimes(4)
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    await clock.advance('5s')
    await expect(a.cache.getOrSet('k', () => 1, { negativeErrors })).resolves.toBe(1)
  })

  // cacheable #888
  it('reads Redis once and loads once, however many callers there are and whichever verb they use', async () => {
    const [a, b] = [await real.node<string>(), await real.node<string>()]
    await a.cache.set('held', 'v1')
    const load = vi.fn(() => 'v1')
    const wrapped = b.cache.wrap(load, { key: () => 'wrapped' })
    const times = (read: () => Promise<unknown>) => Promise.all(Array.from({ length: CALLERS }, read))
    const got = await real.commands(() => times(() => b.cache.get('held')))
    b.memory.clear()
    const gotOrSet = await real.commands(() => times(() => b.cache.getOrSet('held', load)))
    expect([got['mget'], gotOrSet['mget']]).toEqual([1, 1])
    expect(b.cache.stats().tiers['redis']).toMatchObject({ hits: 2, misses: 0 })
    expect(load).not.toHaveBeenCalled()
    const missed = await real.commands(() => times(() => wrapped()))
    // One for the value, and one with the lease for what has been cleared.
    expect(missed['mget']).toBe(2)
    expect(load).toHaveBeenCalledTimes(1)
    expect(b.cache.stats()).toMatchObject({ requests: 3 * CALLERS, loads: 1 })
  })

  // cacheable #1226
  it('keeps a value in each tier for as long as that tier may, and nowhere longer than it is fresh', async () => {
    const clock = new ManualClock(Date.now())
    const options = { clock, ttl: '1h', memory: { ttl: '1s' }, redis: { ttl: '1m' } } as const
    const { cache, memory } = await real.node<string>({ ...options, layout: ['memory', 'redis', 'disk'] })
    await cache.set('k', 'v1')
    await cache.set('brief', 'v1', { ttl: '500ms' })
    const holders = async () => (await cache.entry('k'))?.tiers
    await expect(holders()).resolves.toEqual(['memory', 'redis', 'disk'])
    await clock.advance('500ms')
    await expect(cache.get('brief')).resolves.toBeUndefined()
    await clock.advance('500ms')
    expect(cache.getSync('k')).toBeUndefined()
    await expect(holders()).resolves.toEqual(['redis', 'disk'])
    await expect(cache.get('k')).resolves.toBe('v1')
    expect(cache.getSync('k')).toBe('v1')
    // What comes back into memory is under its cap again.
    await clock.advance('1s')
    expect(cache.getSync('k')).toBeUndefined()
    memory.clear()
    await clock.advance('1m')
    await expect(holders()).resolves.toEqual(['disk'])
  })

  // cacheable #1009, #1010
  it('drops what another node has written from memory, by the bus', async () => {
    const [a, b] = [await real.node<string>(), await real.node<string>()]
    for (const verb of ['set', 'delete', 'clear'] as const) {
      await a.cache.set('k', 'old')
      await eventually(async () => (await b.cache.get('k')) === 'old' && b.cache.getSync('k') === 'old')
      if (verb === 'set') await a.cache.set('k', 'new')
      else if (verb === 'delete') await a.cache.delete('k')
      else await a.cache.clear()
      await eventually(() => b.cache.getSync('k') === undefined)
      await expect(b.cache.get('k')).resolves.toBe(verb === 'set' ? 'new' : undefined)
    }
    expect(b.lines.join()).not.toContain('without a bus')
  })

  // cacheable #1009, #1010: where there is no bus
  it('serves its old copy for no longer than the ttl of its memory, and warns where that has none', async () => {
    const clock = new ManualClock(Date.now())
    const options = { clock, hasBus: false, memory: { ttl: '5s' } } as const
    const [a, b] = [await real.node<string>(options), await real.node<string>(options)]
    const unbounded = await real.node<string>({ clock, hasBus: false })
    const warnings = [b, unbounded].map(({ lines }) => lines.filter((line) => line.includes('without a bus')).length)
    expect(warnings).toEqual([0, 1])
    await a.cache.set('k', 'old')
    await b.cache.get('k')
    await a.cache.set('k', 'new')
    await clock.advance('4999ms')
    await expect(b.cache.get('k')).resolves.toBe('old')
    await clock.advance(1)
    await expect(b.cache.get('k')).resolves.toBe('new')
  })

  // cacheable #895
  it('gives the stored object itself from memory, unless asked to freeze or clone, and keeps a BigInt in each tier', async () => {
    const value = { id: 2n ** 64n, list: [1n] }
    const read = async (copy: 'reference' | 'freeze' | 'clone') => {
      const node = await real.node<typeof value>({ memory: { copy }, layout: ['memory', 'redis', 'disk'] })
      const own = structuredClone(value)
      await node.cache.set('k', own)
      return { ...node, own, held: (await node.cache.get('k'))! }
    }
    const byReference = await read('reference')
    expect(byReference.held).toBe(byReference.own)
    const frozen = await read('freeze')
    expect(() => frozen.held.list.push(2n)).toThrow(TypeError)
    const cloned = await read('clone')
    cloned.held.list.push(2n)
    cloned.own.list.push(3n)
    await expect(cloned.cache.get('k')).resolves.toStrictEqual(value)
    for (const tier of ['redis', 'disk']) {
      cloned.memory.clear()
      await expect(cloned.cache.get('k')).resolves.toStrictEqual(value)
      expect(cloned.cache.stats().tiers[tier]!.hits).toBe(1)
      await real.net.ask('DEL', `${real.prefix}k`)
    }
  })

  // cacheable: wrap() gave user B the value of user A, reproduced with 2.5.0
  it('never gives a call the value of another whose key has the same 32-bit hash', async () => {
    const { cache } = await real.node<string>({ layout: ['memory', 'redis', 'disk'], memory: { maxEntries: 1 } })
    const [first, second] = [`${'x'.repeat(4_000)}Ab`, `${'x'.repeat(4_000)}BA`]
    expect(djb2(first)).toBe(djb2(second))
    const userOf = cache.wrap(async (id: string) => `user ${id}`, { key: (id) => id })
    for (const id of [first, second, first, second]) await expect(userOf(id)).resolves.toBe(`user ${id}`)
  })

  // cacheable: after 258 487 ids two of them collided
  it('has no collision among as many keys as are sure to collide in 32 bits', { timeout: 60_000 }, async () => {
    const cache = new TieredCache<number>({ tiers: [memoryTier({ maxEntries: Infinity })] })
    const load = vi.fn((id: number) => id)
    const userOf = cache.wrap(load, { key: (id) => `user:${id}` })
    const wrong: number[] = []
    for (let id = 0; id < 400_000; id++) if ((await userOf(id)) !== id) wrong.push(id)
    expect(wrong).toEqual([])
  })

  // cacheable PR #1687, cdxgen#4239
  it('adds no listener with a call, neither to a client nor to a signal', async () => {
    const nodeRedis = createClient({ url: real.net.redis.url })
    await nodeRedis.connect()
    const ioredis = new Redis(real.net.redis.port)
    onTestFinished(() => (nodeRedis.destroy(), ioredis.disconnect()))
    for (const client of [nodeRedis, ioredis]) {
      const { cache } = await real.node<number>({ source: { client }, grace: '1h' })
      const { signal } = new AbortController()
      const listeners = (): number =>
        client.eventNames().reduce<number>((sum, name) => sum + client.listenerCount(name), 0)
      const load = ({ signal: own }: LoadContext<number>): number => (own.aborted ? 0 : 1)
      const work = async (): Promise<void> => {
        for (let at = 0; at < 50; at++) {
          await cache.getOrSet(`k ${at}`, load, { signal, forceRefresh: at % 2 === 0 })
          await cache.get(`none ${at}`, { signal })
          await cache.getMany([`k ${at}`, `none ${at}`], { signal })
          await cache.set(`k ${at}`, at)
          await cache.delete(`k ${at}`)
        }
        await cache.idle()
      }
      await work()
      const before = listeners()
      await work()
      expect(listeners()).toBe(before)
      expect(client.listenerCount('error')).toBeLessThanOrEqual(1)
      expect(getEventListeners(signal, 'abort')).toEqual([])
      await cache.close()
    }
  })
})
