import type { BatchLoader, LoadContext, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { eventually, gate } from '@org/testkit'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LISTING, type RealNodeOptions, realTiers, total } from './real-tiers.fixture.ts'

const real = realTiers()

describe('Where bentocache had complaints, TieredCache', () => {
  // bentocache #78, #22, PR #99
  it('reads a batch with one command to Redis, loads the rest with one call, and fails key by key', async () => {
    const [a, b] = [await real.node<number>(), await real.node<number>()]
    const held = new Map(Array.from({ length: 100 }, (_, at) => [`held ${at}`, at]))
    await a.cache.setMany(held)
    const read = await real.commands(async () => expect(await b.cache.getMany(held.keys())).toEqual(held))
    expect([read['mget'], read['get']]).toEqual([1, undefined])
    b.memory.clear()
    const load = vi.fn<BatchLoader<number>>((_keys, { fail }) => {
      fail('broken', new Error('broken'))
      return new Map([['new', 1]])
    })
    const sent = await real.commands(async () => {
      const { values, errors } = await b.cache.getOrSetMany([...held.keys(), 'new', 'broken'], load)
      expect(values).toEqual(new Map([...held, ['new', 1]]))
      expect([...errors]).toEqual([['broken', new Error('broken')]])
    })
    expect(load.mock.calls.map(([keys]) => keys)).toEqual([['new', 'broken']])
    // One for the values, and one with the leases for what has been cleared.
    expect([sent['mget'], sent['get']]).toEqual([2, undefined])
  })

  // bentocache #115, PR #116
  it('gives the loader that runs behind a served stale value that value, its instant, its etag and a signal', async () => {
    const clock = new ManualClock(Date.now())
    const { cache } = await real.node<string>({ clock, ttl: '10s', grace: '1m' })
    const storedAt = clock.now()
    await cache.set('k', 'v1', { etag: '"1"' })
    await clock.advance('10s')
    const seen: unknown[] = []
    const load = ({ key, stale, signal }: LoadContext<string>): string => {
      seen.push({ key, stale, isAborted: signal.aborted })
      return 'v2'
    }
    await expect(cache.getOrSet('k', load)).resolves.toBe('v1')
    await cache.idle()
    expect(seen).toEqual([{ key: 'k', stale: { value: 'v1', storedAt, etag: '"1"' }, isAborted: false }])
  })

  // bentocache #114, PR #117
  it('lets a loader choose the ttl and the grace of what it gives, and the call how long a failing source is left alone', async () => {
    const clock = new ManualClock(Date.now())
    const { cache } = await real.node<string>({ clock, ttl: '1h', grace: 0 })
    await cache.getOrSet('k', ({ setTtl, setGrace }) => {
      setTtl('10s')
      setGrace('1m')
      return 'v1'
    })
    await clock.advance('10s')
    const fails = vi.fn((): Promise<string> => Promise.reject(new Error('the source is down')))
    const read = async (): Promise<void> => {
      await expect(cache.getOrSet('k', fails, { refreshCooldown: '20s' })).resolves.toBe('v1')
      await cache.idle()
    }
    for (const later of [0, 19_999, 1]) {
      await clock.advance(later)
      await read()
    }
    expect(fails).toHaveBeenCalledTimes(2)
    await clock.advance('40s')
    await expect(cache.getOrSet('k', () => 'v2')).resolves.toBe('v2')
  })

  // bentocache #64: what needs no tag of it, see complaints-tags.test.ts for the rest
  it('says the same of a key by get, has, getMany and entries, at any age', async () => {
    const clock = new ManualClock(Date.now())
    const { cache } = await real.node<string>({ clock, ttl: '10s', grace: '1m' })
    await cache.set('k', 'v1')
    const answers = async (): Promise<readonly boolean[]> => {
      const listed: string[] = []
      for await (const [key] of cache.entries()) listed.push(key)
      const values = [await cache.get('k'), cache.getSync('k'), (await cache.getMany(['k'])).get('k')]
      return [await cache.has('k'), listed.length === 1, ...values.map((value) => value === 'v1')]
    }
    await expect(answers()).resolves.toEqual([true, true, true, true, true])
    await clock.advance('9999ms')
    await expect(answers()).resolves.toEqual([true, true, true, true, true])
    for (const later of [1, 60_000]) {
      await clock.advance(later)
      await expect(answers()).resolves.toEqual([false, false, false, false, false])
    }
    await cache.set('k', 'v1')
    await cache.delete('k')
    await expect(answers()).resolves.toEqual([false, false, false, false, false])
  })

  // bentocache #67, PR #68: prefixes; namespaces are in complaints-namespaces.test.ts
  it.each(['users', 'users*', 'users[A]?', ''])('clears what has its own prefix alone, which is "%s"', async (own) => {
    const client = new Redis(real.net.redis.port, { keyPrefix: `${real.prefix}client:` })
    onTestFinished(() => client.disconnect())
    const open = async (prefix: string): Promise<TieredCache> => {
      const { cache } = await real.node({ source: { client }, hasBus: false, redis: { prefix } })
      return cache
    }
    const prefixes = [own, 'usersAbc', 'usersA1', 'user']
    const caches = await Promise.all(prefixes.map(open))
    for (const cache of caches) await cache.set('key', 1)
    const sent = await real.commands(() => caches[0]!.clear())
    expect(total(sent, [...LISTING, 'del', 'unlink'])).toBe(0)
    const others = await Promise.all(prefixes.map(open))
    await expect(Promise.all(others.map((cache) => cache.get('key')))).resolves.toEqual([undefined, 1, 1, 1])
  })

  // bentocache PR #76
  it('names the tier of each hit, in events and in stats, whichever verb asked', async () => {
    const { cache, memory } = await real.node({ layout: ['memory', 'redis', 'disk'] })
    const heard: string[] = []
    cache.on('hit', ({ tier }) => heard.push(tier))
    await cache.set('k', 1)
    for (const read of [() => cache.get('k'), () => cache.getOrSet('k', () => 2), () => cache.getMany(['k'])]) {
      memory.delete('k')
      await read()
      await cache.idle()
      await read()
    }
    expect(heard).toEqual(['redis', 'memory', 'redis', 'memory', 'redis', 'memory'])
    const { memory: first, redis, disk } = cache.stats().tiers
    expect([first, redis, disk].map((tier) => [tier?.hits, tier?.misses])).toEqual([
      [3, 3],
      [3, 0],
      [0, 0],
    ])
  })

  // bentocache #110
  it('explains when a value will be stale and when it will be gone, and then it is', async () => {
    const clock = new ManualClock(Date.now())
    const { cache } = await real.node<string>({ clock, layout: ['memory', 'disk'], ttl: '5m', grace: '1h' })
    const setAt = clock.now()
    await cache.set('k', 'v1')
    const told = [...(await cache.explain('k')).matchAll(/at (\d{4}-\S+Z)/g)].map(([, iso]) => Date.parse(iso!))
    const [, staleAt, goneAt] = told as [number, number, number]
    expect([staleAt - setAt, goneAt - setAt]).toEqual([300_000, 3_900_000])
    await clock.advance(staleAt - setAt - 1)
    await expect(cache.get('k')).resolves.toBe('v1')
    await clock.advance(1)
    await expect(cache.get('k')).resolves.toBeUndefined()
    const keep = ({ skipStore }: LoadContext<string>): string => {
      skipStore()
      return 'v2'
    }
    await clock.advance(goneAt - staleAt - 1)
    await expect(cache.getOrSet('k', keep)).resolves.toBe('v1')
    await clock.advance(1)
    await expect(cache.getOrSet('k', keep)).resolves.toBe('v2')
  })

  // bentocache #2
  it.each([
    [{}, 1],
    [false, 2],
  ] as const)(
    'loads once over all nodes, as often as there are nodes without leases (lease: %j)',
    async (lease, loads) => {
      const options: RealNodeOptions = { clock: undefined, redis: { lease, deadline: '10s' } }
      const [a, b] = [await real.node<string>(options), await real.node<string>(options)]
      const [begun, go] = [gate(), gate()]
      const load = vi.fn(async () => {
        begun.open()
        await go.promise
        return 'v1'
      })
      const first = a.cache.getOrSet('k', load)
      await begun.promise
      const second = b.cache.getOrSet('k', load)
      await eventually(() => b.cache.stats().tiers['redis']!.misses > 0)
      go.open()
      await expect(Promise.all([first, second])).resolves.toEqual(['v1', 'v1'])
      expect(load).toHaveBeenCalledTimes(loads)
    },
  )

  // bentocache: getOrSet against set on another node, reproduced with 1.6.1
  it.each([
    ['set', true],
    ['delete', true],
    ['set', false],
    ['delete', false],
  ] as const)('keeps no value whose load a %s of another node has overtaken (with a bus: %s)', async (verb, hasBus) => {
    const [a, b] = [await real.node<string>({ hasBus }), await real.node<string>({ hasBus })]
    const [begun, go] = [gate(), gate()]
    const loading = a.cache.getOrSet('k', async () => {
      begun.open()
      await go.promise
      return 'v1'
    })
    await begun.promise
    const written = verb === 'set' ? b.cache.set('k', 'v2') : b.cache.delete('k')
    await expect(written).resolves.toEqual({ reached: true })
    go.open()
    await loading
    await Promise.all([a.cache.idle(), b.cache.idle()])
    const third = await real.node<string>({ hasBus })
    for (const { cache } of [a, b, third]) {
      await expect(cache.get('k')).resolves.toBe(verb === 'set' ? 'v2' : undefined)
    }
  })
})
