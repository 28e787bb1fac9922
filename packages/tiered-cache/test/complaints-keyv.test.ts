import { runInNewContext, runInThisContext } from 'node:vm'
import { keyvTier, memoryTier, TieredCache, UnstorableValueError } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { eventually, seededRandom, testSeed } from '@org/testkit'
import { Keyv } from 'keyv'
import { Keyv as Keyv5 } from 'keyv5'
import { createClient } from 'redis'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { LISTING, realTiers, total } from './real-tiers.fixture.ts'

const NOW = Date.UTC(2026, 0, 1)
const SEED = testSeed()
const real = realTiers()
afterEach(() => vi.useRealTimers())

/** A store of Keyv over a Map, which notes what life it is given. */
function notingStore(lives: unknown[], capabilities?: { readonly expires: true }) {
  const map = new Map<string, unknown>()
  return {
    ...(capabilities && { capabilities }),
    get: async (key: string) => map.get(key),
    set: async (key: string, value: unknown, life?: number) => {
      lives.push(life)
      map.set(key, value)
      return true
    },
    delete: async (key: string) => map.delete(key),
    clear: async () => map.clear(),
  }
}

describe('Where keyv had complaints, TieredCache', () => {
  // keyv #1336, #1496, #1554
  it('answers while Redis has never been there, takes it up when it comes, and connects no client of another', async () => {
    await real.net.proxy.cut()
    const { cache } = real.begin<number>({ clock: undefined, source: { url: real.net.proxy.url } })
    await cache.ready()
    await expect(cache.getOrSet('k', () => 1)).resolves.toBe(1)
    await expect(cache.set('k', 2)).resolves.toEqual({ reached: false })
    await real.net.proxy.pass()
    await eventually(async () => expect(await cache.set('k', 3)).toEqual({ reached: true }), { within: 10_000 })
    const client = createClient({ url: real.net.redis.url })
    const over = real.begin<number>({ clock: undefined, source: { client } })
    await over.cache.ready()
    await expect(over.cache.getOrSet('other', () => 1)).resolves.toBe(1)
    expect(client.isOpen).toBe(false)
  })

  // keyv #1142, #1255, #1274, #1398: prefixes; namespaces are in complaints-namespaces.test.ts
  it('puts a prefix once before a key, and lets caches share a client without meeting', async () => {
    const client = createClient({ url: real.net.redis.url })
    await client.connect()
    onTestFinished(() => client.destroy())
    const open = async (name: string) => {
      const options = { source: { client }, hasBus: false, redis: { prefix: `${real.prefix}${name}:` } } as const
      return (await real.node<string>(options)).cache
    }
    const [users, orders] = [await open('users'), await open('orders')]
    await users.set('1', 'a user')
    await orders.set('1', 'an order')
    const keys = await real.keys()
    expect(keys.filter((key) => key.endsWith(':1')).toSorted()).toEqual(
      ['orders', 'users'].map((name) => `${real.prefix}${name}:1`),
    )
    for (const key of keys) expect(key.split(real.prefix)).toHaveLength(2)
    await users.close()
    await expect((await open('orders')).get('1')).resolves.toBe('an order')
    await orders.clear()
    await expect((await open('users')).get('1')).resolves.toBe('a user')
  })

  // keyv #455: a cache; namespaces are in complaints-namespaces.test.ts
  it('keeps no list of its keys in Redis, and clears them by one command', async () => {
    const { cache } = await real.node<number>()
    await cache.set('first', 0)
    const own = (await real.keys()).length
    await cache.setMany(Array.from({ length: 2_000 }, (_, at) => [`k ${at}`, at] as const))
    const keys = await real.keys()
    expect(keys).toHaveLength(own + 2_000)
    const types = await Promise.all(keys.filter((key) => !/k \d/.test(key)).map((key) => real.net.ask('TYPE', key)))
    expect(new Set(types.map(String))).toEqual(new Set(['string', 'stream']))
    const sent = await real.commands(() => cache.clear())
    expect(total(sent, LISTING)).toBe(0)
    expect(total(sent, ['evalsha', 'eval', 'set', 'del', 'unlink', 'xadd'])).toBeLessThan(10)
    await expect(cache.get('k 1')).resolves.toBeUndefined()
  })

  // keyv #925
  it('listens to a client once, however many caches share it, and once to a Keyv instance', async () => {
    const warnings: string[] = []
    const note = (warning: Error): void => void warnings.push(warning.name)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    const client = createClient({ url: real.net.redis.url })
    await client.connect()
    onTestFinished(() => client.destroy())
    const keyv = new Keyv()
    const before = keyv.listeners('error').length
    for (let at = 0; at < 25; at++) {
      const redis = { prefix: `${real.prefix}${at}:` }
      await real.node({ source: { client }, redis, hasBus: at < 12 })
      const cache = new TieredCache({ tiers: [keyvTier(keyv)] })
      await cache.set('k', 1)
    }
    const counts = client.eventNames().map((name) => client.listenerCount(name as 'error'))
    expect(Math.max(...counts)).toBe(1)
    expect(keyv.listeners('error').length).toBe(before + 1)
    expect(warnings).toEqual([])
  })

  // keyv #220
  it('changes nothing that is global, keeps a BigInt, and refuses loudly what cannot come back the same', async () => {
    const [a, b] = [await real.node(), await real.node()]
    await a.cache.set('k', { big: 10n ** 30n })
    await expect(b.cache.get('k')).resolves.toStrictEqual({ big: 10n ** 30n })
    for (const value of [Symbol('s'), () => 1, { deep: [Symbol.iterator] }]) {
      await expect(a.cache.set('bad', value)).rejects.toBeInstanceOf(UnstorableValueError)
      await expect(a.cache.get('bad')).resolves.toBeUndefined()
    }
    for (const name of ['BigInt', 'Symbol', 'Map', 'Set', 'Date', 'Object', 'Array', 'Promise', 'JSON']) {
      const own = `Object.getOwnPropertyNames(${name}.prototype ?? ${name}).sort().join()`
      expect(runInNewContext(own)).toBe(runInThisContext(own))
    }
  })

  // keyv #66, #108
  it('lets a value go with the read that finds it expired', async () => {
    const clock = new ManualClock(NOW)
    const gone: unknown[] = []
    const memory = memoryTier({ onRemoval: (key, value, cause) => gone.push([key, value, cause]) })
    const cache = new TieredCache<object>({ tiers: [memory], clock, ttl: '10s', grace: '10s' })
    const value = { a: 1 }
    await cache.set('k', value)
    await clock.advance('19999ms')
    await cache.get('k')
    expect([memory.measure().entries, gone]).toEqual([1, []])
    await clock.advance(1)
    await cache.get('k')
    expect(memory.measure()).toMatchObject({ entries: 0, weight: 0 })
    expect(gone).toEqual([['k', value, 'expired']])
  })

  // keyv #28
  it(`keeps its layers in agreement: nodes never go back to an older value, and agree at rest (seed ${SEED})`, async () => {
    const random = seededRandom(SEED)
    const nodes = [await real.node<number>(), await real.node<number>(), await real.node<number>()]
    const seen = nodes.map(() => new Map<string, number>())
    const latest = new Map<string, number | undefined>()
    const read = async (at: number, key: string): Promise<number | undefined> => {
      const value = await nodes[at]!.cache.get(key)
      if (value === undefined) return undefined
      expect(value).toBeGreaterThanOrEqual(seen[at]!.get(key) ?? 0)
      seen[at]!.set(key, value)
      return value
    }
    const isLatest = async (at: number, key: string): Promise<void> => expect(await read(at, key)).toBe(latest.get(key))
    for (let step = 1; step <= 200; step++) {
      const [writer, reader, key] = [random.int(0, 2), random.int(0, 2), random.pick(['a', 'b', 'c'])]
      const { cache } = nodes[writer]!
      latest.set(key, random.chance(0.2) ? undefined : step)
      const written = latest.get(key) === undefined ? cache.delete(key) : cache.set(key, step)
      await expect(written).resolves.toEqual({ reached: true })
      await isLatest(writer, key)
      await read(reader, key)
      if (random.chance(0.3)) await eventually(() => isLatest(reader, key))
    }
    for (const at of nodes.keys()) for (const key of latest.keys()) await eventually(() => isLatest(at, key))
  })

  // keyv #1834
  it('gives a store of Keyv 5 or 6 the end of the life that is left, not a new life', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    const lives: unknown[] = []
    const stores = [
      new Keyv5({ store: notingStore(lives) }),
      new Keyv({ store: notingStore(lives) }),
      new Keyv({ store: notingStore(lives, { expires: true }) }),
    ]
    for (const keyv of stores) {
      const source = memoryTier({ name: 'source' })
      const clock = new ManualClock(NOW - 540_000)
      await new TieredCache({ tiers: [source], clock }).set('k', 'v1', { ttl: '10m' })
      // Nine minutes later it is found below, and copied into the store.
      await clock.advance('9m')
      const cache = new TieredCache({ tiers: [keyvTier(keyv, { shared: false }), source], clock })
      await expect(cache.get('k')).resolves.toBe('v1')
      await cache.idle()
    }
    expect(lives).toEqual([60_000, 60_000, NOW + 60_000])
  })

  // keyv: an error is emitted and read as a miss
  it.each([
    ['5', (store: object) => new Keyv5({ store })],
    ['6', (store: object) => new Keyv({ store })],
  ])('tells a store of Keyv %s that fails from one that has nothing', async (_, make) => {
    const store = notingStore([])
    const keyv = make(store)
    const cache = new TieredCache({ tiers: [keyvTier(keyv)] })
    await cache.ready()
    const seen: string[] = []
    cache.on('fault', ({ error }) => seen.push(`${error.operation} ${error.key}: ${String(error.cause)}`))
    await expect(cache.get('absent')).resolves.toBeUndefined()
    expect(cache.stats().tiers['keyv']).toMatchObject({ misses: 1, faults: 0 })
    store.get = () => Promise.reject(new Error('the store is down'))
    await expect(cache.get('k')).resolves.toBeUndefined()
    // To the caller it is a miss as well, and more.
    expect(cache.stats().tiers['keyv']).toMatchObject({ misses: 2, faults: 1 })
    for (let at = 0; at < 5; at++) await cache.get(`k ${at}`)
    expect(cache.stats().tiers['keyv']).toMatchObject({ faults: 5, available: false })
    expect(seen[0]).toBe('get k: Error: the store is down')
  })
})
