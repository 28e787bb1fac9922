import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyvTier, type LoadContext, memoryTier, quickLruTier, type Tier, TieredCache } from '@org/tiered-cache'
import { diskTier, sqliteTier } from '@org/tiered-cache/disk'
import { redisTier } from '@org/tiered-cache/redis'
import { ManualClock } from '@org/tiered-cache/testing'
import { eventually } from '@org/testkit'
import { Keyv } from 'keyv'
import QuickLRU from 'quick-lru'
import { afterAll, describe, expect, it } from 'vitest'
import { realTiers } from './real-tiers.fixture.ts'

const real = realTiers()
const directory = mkdtempSync(join(tmpdir(), 'complaints-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describe('Where unstorage had complaints, TieredCache', () => {
  const tiers: readonly (readonly [string, () => Tier])[] = [
    ['memory', () => memoryTier()],
    ['quick-lru', () => quickLruTier(new QuickLRU({ maxSize: 10 }))],
    ['Redis', () => redisTier({ url: real.net.redis.url, prefix: real.prefix })],
    ['disk', () => diskTier({ directory: mkdtempSync(join(directory, 'disk-')), maxBytes: '16mb' })],
    ['sqlite', () => sqliteTier({ file: join(mkdtempSync(join(directory, 'sqlite-')), 'cache.sqlite') })],
    ['Keyv', () => keyvTier(new Keyv())],
  ]

  // unstorage #13
  it.each(tiers)('knows ttl and grace in each tier, such as %s, to the millisecond', async (_, make) => {
    const clock = new ManualClock(Date.now())
    const cache = new TieredCache<string>({ tiers: [make()], clock })
    await cache.ready()
    await cache.set('k', 'v1', { ttl: '10s', grace: '5s' })
    const keep = ({ skipStore }: LoadContext<string>): string => {
      skipStore()
      return 'v2'
    }
    await clock.advance('9999ms')
    await expect(cache.get('k')).resolves.toBe('v1')
    await clock.advance(1)
    await expect(cache.get('k')).resolves.toBeUndefined()
    await clock.advance('4999ms')
    await expect(cache.getOrSet('k', keep)).resolves.toBe('v1')
    await clock.advance(1)
    await expect(cache.getOrSet('k', keep)).resolves.toBe('v2')
    await cache.close()
  })

  // unstorage #15
  it('lays fast tiers over slow ones, and fills a new process from the slow one', async () => {
    const path = mkdtempSync(join(directory, 'overlay-'))
    const open = () =>
      new TieredCache<string>({ tiers: [memoryTier(), diskTier({ directory: path, maxBytes: '16mb' })] })
    const first = open()
    await first.set('k', 'v1')
    await first.close()
    const second = open()
    await second.ready()
    expect(second.getSync('k')).toBeUndefined()
    await expect(second.get('k')).resolves.toBe('v1')
    expect(second.getSync('k')).toBe('v1')
    expect(second.stats().tiers).toMatchObject({ memory: { hits: 1 }, disk: { hits: 1 } })
    await second.close()
  })

  // unstorage #583, PR #759
  it('lets what has expired go from memory and from Redis, though nobody asks for it', async () => {
    const clock = new ManualClock(Date.now())
    const { cache, memory } = await real.node<number>({ clock })
    for (let at = 0; at < 500; at++) await cache.set(`k ${at}`, at, { ttl: '50ms' })
    await clock.advance('1s')
    // Each write frees some of them, so that none takes long.
    for (let at = 0; at < 100; at++) await cache.set('other', 1)
    expect(memory.measure().entries).toBe(1)
    await eventually(async () => expect(await real.net.ask('KEYS', `${real.prefix}k *`)).toEqual([]))
  })

  // unstorage #35
  it('takes options for each call, and refuses those that it does not know', async () => {
    const clock = new ManualClock()
    const cache = new TieredCache<string>({ clock, ttl: '1h' })
    await cache.getOrSet('loaded', () => 'v1', { ttl: '1s' })
    await cache.set('set', 'v1', { ttl: '2s' })
    await clock.advance('1s')
    expect([cache.getSync('loaded'), cache.getSync('set')]).toEqual([undefined, 'v1'])
    const mistyped = { tll: '1s' } as object
    await expect(cache.getOrSet('k', () => 'v1', mistyped)).rejects.toThrow("'tll'")
    await expect(cache.set('k', 'v1', mistyped)).rejects.toThrow("'tll'")
    await expect(cache.get('k', mistyped)).rejects.toThrow("'tll'")
    expect(() => new TieredCache(mistyped)).toThrow("'tll'")
  })
})
