import type { CacheVerbs, LoadContext, LoadOptions, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { eventually, gate } from '@org/testkit'
import { describe, expect, it, vi } from 'vitest'
import { LISTING, realTiers, total } from './real-tiers.fixture.ts'

const DAY_MS = 86_400_000
const real = realTiers()

/** What each verb says of the key: true where it is there. */
async function answers(cache: CacheVerbs<string>, key: string): Promise<readonly boolean[]> {
  const values = [cache.getSync(key), await cache.get(key), (await cache.getMany([key])).get(key)]
  return [await cache.has(key), ...values.map((value) => value !== undefined)]
}

describe('Where bentocache had complaints about tags, TieredCache', () => {
  // bentocache #83, PR #84
  it('misses a value that was stored without a tag which its reader requires, and loads it anew with it', async () => {
    const [a, b] = [await real.node<string>(), await real.node<string>()]
    await a.cache.set('k', 'untagged')
    await a.cache.set('other', 'tagged', { tags: ['users', 'new'] })
    for (const { cache } of [a, b]) {
      await expect(cache.get('k')).resolves.toBe('untagged')
      await expect(cache.get('k', { tags: ['new'] })).resolves.toBeUndefined()
      await expect(cache.getMany(['k', 'other'], { tags: ['new'] })).resolves.toEqual(new Map([['other', 'tagged']]))
    }
    await expect(b.cache.getOrSet('k', () => 'loaded', { tags: ['new'] })).resolves.toBe('loaded')
    await b.cache.idle()
    await a.cache.invalidateTag('new')
    await eventually(async () => expect(await b.cache.get('k')).toBeUndefined())
  })

  // bentocache #64
  it('says that a key of an invalidated tag is not there by get, getSync, getMany, has, entry and entries', async () => {
    const [a, b] = [await real.node<string>(), await real.node<string>()]
    await a.cache.set('k', 'v1', { tags: ['users'] })
    await expect(b.cache.get('k')).resolves.toBe('v1')
    for (const { cache } of [a, b]) await expect(answers(cache, 'k')).resolves.toEqual([true, true, true, true])
    await expect(a.cache.invalidateTag('users')).resolves.toEqual({ reached: true })
    await expect(answers(a.cache, 'k')).resolves.toEqual([false, false, false, false])
    await eventually(() => b.cache.getSync('k') === undefined)
    await expect(answers(b.cache, 'k')).resolves.toEqual([false, false, false, false])
    for (const { cache } of [a, b]) {
      await expect(cache.entry('k')).resolves.toBeUndefined()
      for await (const [key] of cache.entries()) expect.unreachable(`${key} is listed`)
    }
  })

  // bentocache #71, PR #80
  it.each([
    ['delete', undefined],
    ['expire', 'old'],
  ] as const)(
    'with a tag invalidated by %s gives a loader as stale value, and its callers: %s',
    async (mode, served) => {
      const clock = new ManualClock(Date.now())
      const { cache, memory } = await real.node<string>({ clock, ttl: '1h', grace: '1h' })
      for (const key of ['in memory', 'in Redis']) await cache.set(key, 'old', { tags: ['users'] })
      memory.delete('in Redis')
      await cache.invalidateTag('users', { mode })
      for (const key of ['in memory', 'in Redis']) {
        await expect(cache.get(key)).resolves.toBeUndefined()
        const seen: unknown[] = []
        const load = ({ stale }: LoadContext<string>): string => {
          seen.push(stale?.value)
          return 'new'
        }
        await expect(cache.getOrSet(key, load, { tags: ['users'] })).resolves.toBe(served ?? 'new')
        await cache.idle()
        expect(seen).toEqual([served])
        await expect(cache.get(key)).resolves.toBe('new')
      }
    },
  )
})

describe('Where cacheable had complaints about tags, TieredCache', () => {
  // cacheable #1640, PR #1655, #120
  it('loses none of two invalidations at the same time, and takes tags with every way to store', async () => {
    const [a, b] = [await real.node<string>(), await real.node<string>()]
    const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['set', () => a.cache.set('set', 'v1', { tags: ['t'] })],
      ['setMany', () => a.cache.setMany([['setMany', 'v1']], { tags: ['t'] })],
      ['getOrSet', () => a.cache.getOrSet('getOrSet', () => 'v1', { tags: ['t'] })],
      ['many', () => a.cache.getOrSetMany(['many'], () => new Map([['many', 'v1']]), { tags: ['t'] })],
      ['wrap', a.cache.wrap(async () => 'v1', { key: () => 'wrap', tags: () => ['t'] })],
    ]
    for (let round = 0; round < 5; round++) {
      for (const [, store] of ways) await store()
      await a.cache.idle()
      for (const [key] of ways) {
        await expect(a.cache.get(key)).resolves.toBe('v1')
        await expect(b.cache.get(key)).resolves.toBe('v1')
      }
      await Promise.all([a.cache.invalidateTag('t'), b.cache.invalidateTag('t')])
      for (const { cache } of [a, b]) {
        for (const [key] of ways) await expect(cache.get(key)).resolves.toBeUndefined()
      }
      const third = await real.node<string>()
      for (const [key] of ways) await expect(third.cache.get(key)).resolves.toBeUndefined()
    }
  })

  // cacheable: every hit in memory asks Redis once or twice, reproduced with 2.5.0
  it('asks Redis nothing for a hit of memory that has tags', async () => {
    const { cache } = await real.node<string>()
    await cache.set('k', 'v1', { tags: ['a', 'b'] })
    await cache.get('k')
    const sent = await real.commands(async () => {
      for (let at = 0; at < 1_000; at++) {
        expect(cache.getSync('k')).toBe('v1')
        await expect(cache.getOrSet('k', () => 'v2', { tags: ['a'] })).resolves.toBe('v1')
      }
    })
    expect(total(sent, ['mget', 'get', 'evalsha', 'eval', 'set'])).toBe(0)
  })
})

describe('Where async-cache-dedupe had complaints about references, TieredCache', () => {
  // async-cache-dedupe #89, PR #97
  it('invalidates a tag by as few commands however many entries have it, and keeps no list of them', async () => {
    const [a, b] = [await real.node<number>(), await real.node<number>()]
    const cost = async (tag: string, count: number): Promise<number> => {
      await a.cache.set('first', 0, { tags: [tag] })
      const before = (await real.keys()).length
      const entries = Array.from({ length: count }, (_, at) => [`${tag} ${at}`, at] as const)
      await a.cache.setMany(entries, { tags: [tag] })
      expect((await real.keys()).length - before).toBe(count)
      const sent = await real.commands(() => a.cache.invalidateTag(tag))
      expect(total(sent, LISTING)).toBe(0)
      for (const { cache } of [a, b]) {
        await expect(cache.getMany(entries.map(([key]) => key))).resolves.toEqual(new Map())
      }
      return total(sent, ['evalsha', 'eval', 'set', 'del', 'mget', 'get', 'xadd'])
    }
    await cost('warm', 1)
    expect(await cost('large', 5_000)).toBeLessThanOrEqual((await cost('small', 10)) + 1)
  })

  // async-cache-dedupe: references die before the entries, reproduced with 3.4.0
  it('invalidates an entry by its tag however old it is, and however long it still has to live', async () => {
    const clock = new ManualClock(Date.now())
    const [a, b] = [await real.node<string>({ clock }), await real.node<string>({ clock })]
    const lives = { ttl: Infinity, tags: ['t'] } as const
    await a.cache.set('long', 'v1', { ttl: '400d', tags: ['t'] })
    await a.cache.set('ever', 'v1', lives)
    await a.cache.getOrSet('loaded', () => 'v1', lives)
    await a.cache.idle()
    for (let day = 0; day < 399; day += 21) {
      clock.jump(clock.now() + 21 * DAY_MS)
      const read = async (cache: TieredCache<string>) =>
        Promise.all(['long', 'ever', 'loaded'].map((key) => cache.get(key)))
      const at = await Promise.all([a, b].map(({ cache }) => read(cache)))
      expect(at).toEqual([Array(3).fill('v1'), Array(3).fill('v1')])
    }
    await a.cache.invalidateTag('t')
    const third = await real.node<string>({ clock })
    for (const { cache } of [a, b, third]) {
      for (const key of ['long', 'ever', 'loaded']) {
        await eventually(async () => expect(await cache.get(key)).toBeUndefined())
      }
    }
  })

  // async-cache-dedupe: the same where what remembers the tag is lost
  it('gives no entry of a tag of which Redis knows nothing any more', async () => {
    const { cache } = await real.node<string>()
    await cache.set('plain', 'v1')
    const before = new Set(await real.keys())
    await cache.set('k', 'v1', { tags: ['t'] })
    const stamps = (await real.keys()).filter((key) => !before.has(key) && !key.endsWith(':k'))
    expect(stamps.length).toBeGreaterThan(0)
    for (const key of stamps) await expect(real.net.ask('DEL', key)).resolves.toBe(1)
    const other = await real.node<string>()
    await expect(other.cache.getMany(['k', 'plain'])).resolves.toEqual(new Map([['plain', 'v1']]))
    await expect(other.cache.getOrSet('k', () => 'v2', { tags: ['t'] })).resolves.toBe('v2')
    await other.cache.idle()
    await expect((await real.node<string>()).cache.get('k')).resolves.toBe('v2')
  })

  // bentocache #53: what users of async-cache-dedupe prize
  it('takes the tags of a memoised function from its arguments', async () => {
    const [a, b] = [await real.node<string>(), await real.node<string>()]
    const load = vi.fn(async (org: string, user: number) => `${org}/${user}`)
    const tags = (org: string, user: number): readonly string[] => [`org:${org}`, `user:${user}`]
    const userOf = a.cache.wrap(load, { key: (org, user) => `${org}/${user}`, tags })
    const all = () => Promise.all([userOf('x', 1), userOf('x', 2), userOf('y', 1)])
    await expect(all()).resolves.toEqual(['x/1', 'x/2', 'y/1'])
    await b.cache.invalidateTag('org:x')
    await eventually(() => a.cache.getSync('x/1') === undefined && a.cache.getSync('x/2') === undefined)
    expect(a.cache.getSync('y/1')).toBe('y/1')
    await all()
    expect(load.mock.calls.slice(3)).toEqual([
      ['x', 1],
      ['x', 2],
    ])
  })

  // async-cache-dedupe: what was loaded before an invalidation is kept after it, reproduced with 3.4.0
  it.each([
    ['delete', true],
    ['expire', true],
    ['delete', false],
    ['expire', false],
  ] as const)(
    'serves nothing as fresh whose load a %s of its tag has overtaken (with a bus: %s)',
    async (mode, hasBus) => {
      const [a, b] = [await real.node<string>({ hasBus }), await real.node<string>({ hasBus })]
      const [begun, go] = [gate(), gate()]
      const load = async (): Promise<string> => {
        begun.open()
        await go.promise
        return 'old'
      }
      const loading = a.cache.getOrSet('k', load, { tags: ['t'] })
      await begun.promise
      await expect(b.cache.invalidateTag('t', { mode })).resolves.toEqual({ reached: true })
      go.open()
      await expect(loading).resolves.toBe('old')
      await a.cache.idle()
      const third = await real.node<string>({ hasBus })
      for (const { cache } of [b, third]) await expect(cache.get('k')).resolves.toBeUndefined()
      // Without a bus nobody tells the node that has loaded it.
      if (hasBus) await eventually(async () => expect(await a.cache.get('k')).toBeUndefined())
    },
  )

  // Not so yet over Redis: the lease of the overtaken load is still held, and who asks waits for it.
  it('loads anew at once after an invalidation, though the load that it has overtaken goes on', async () => {
    const { cache } = await real.node<string>({ clock: undefined, redis: { deadline: '10s' } })
    const [old, anew] = [gate<string>(), vi.fn(() => 'new')]
    const overtaken = vi.fn(() => old.promise)
    const before = cache.getOrSet('k', overtaken, { tags: ['t'] })
    await eventually(() => overtaken.mock.calls.length > 0)
    await cache.invalidateTag('t')
    const later = cache.getOrSet('k', anew, { tags: ['t'] })
    try {
      await eventually(() => anew.mock.calls.length > 0, { within: 3_000 })
    } finally {
      old.open('old')
      await Promise.all([before, later])
    }
  })
})

describe('Where unstorage had complaints, TieredCache', () => {
  // unstorage #35
  it('passes the tiers by that a call names, to read and to write', async () => {
    const { cache, memory } = await real.node<string>({ layout: ['memory', 'redis', 'disk'] })
    const skipping = { skipTiers: { read: ['memory'], write: ['redis'] } } as LoadOptions
    await cache.getOrSet('k', () => 'v1', skipping)
    await cache.idle()
    await expect(cache.entry('k')).resolves.toMatchObject({ tiers: ['memory', 'disk'] })
    await cache.getOrSet('k', () => 'v2', skipping)
    expect(cache.stats().tiers['memory']!.hits).toBe(0)
    expect(memory.measure().entries).toBe(1)
  })
})
