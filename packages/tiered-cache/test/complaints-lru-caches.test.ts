import { type LoadContext, type MemoryPolicy, memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { gate, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it, vi } from 'vitest'
import { settled } from './gated-tier.fixture.ts'

const CALLERS = 20
const SEED = testSeed()

describe('Where lru-cache and quick-lru had complaints, TieredCache', () => {
  // lru-cache #274, #320, #388, #389, vltpkg PR #1781
  it('gives every caller of a load its value, though its place is given to others meanwhile', async () => {
    const cache = new TieredCache<string>({ tiers: [memoryTier({ maxEntries: 1 })] })
    const sources = Array.from({ length: CALLERS }, () => gate<string>())
    const loads = sources.map((source) => vi.fn(() => source.promise))
    const reads = sources.flatMap((_, at) => [
      cache.getOrSet(`k ${at}`, loads[at]!),
      cache.getOrSet(`k ${at}`, loads[at]!),
    ])
    await settled()
    for (let at = 0; at < 100; at++) await cache.set(`other ${at}`, 'other')
    for (const [at, source] of sources.entries()) source.open(`v ${at}`)
    const wanted = sources.flatMap((_, at) => [`v ${at}`, `v ${at}`])
    await expect(Promise.all(reads)).resolves.toEqual(wanted)
    for (const load of loads) expect(load).toHaveBeenCalledTimes(1)
  })

  // lru-cache #263, #268
  it('gives the stale value where the source fails or is slow, and stores what the slow one gives at last', async () => {
    const clock = new ManualClock()
    const options = { clock, ttl: '10s', grace: '1h', softTimeout: '100ms', refreshCooldown: '1s' } as const
    const cache = new TieredCache<string>(options)
    await cache.set('k', 'v1')
    await clock.advance('10s')
    await expect(cache.getOrSet('k', () => Promise.reject(new Error('the source is down')))).resolves.toBe('v1')
    await clock.advance('1s')
    const source = gate<string>()
    const slow = cache.getOrSet('k', () => source.promise)
    await clock.advance('100ms')
    await expect(slow).resolves.toBe('v1')
    source.open('v2')
    await cache.idle()
    expect(cache.getSync('k')).toBe('v2')
    await clock.advance('10s')
    const quick = gate<string>()
    const inTime = cache.getOrSet('k', () => quick.promise)
    await clock.advance('99ms')
    quick.open('v3')
    await expect(inTime).resolves.toBe('v3')
  })

  // lru-cache #319, #216
  it('aborts a load when the last who waited for it has left, and not before; each leaves by his own signal', async () => {
    const cache = new TieredCache<string>()
    let seen: AbortSignal | undefined
    const source = gate<string>()
    const load = ({ signal }: LoadContext<string>): Promise<string> => {
      seen = signal
      return source.promise
    }
    const leaving = Array.from({ length: 5 }, () => new AbortController())
    const reads = leaving.map(({ signal }) => cache.getOrSet('k', load, { signal }))
    await settled()
    for (const [at, controller] of leaving.entries()) {
      expect(seen!.aborted).toBe(false)
      controller.abort(`reason ${at}`)
      await expect(reads[at]).rejects.toBe(`reason ${at}`)
    }
    expect([seen!.aborted, seen!.reason]).toEqual([true, 'reason 4'])
    await expect(cache.getOrSet('k', () => 'v1')).resolves.toBe('v1')
  })

  // lru-cache #227, #408
  it(`never holds more bytes than it may, and none when all is gone (seed ${SEED})`, async () => {
    const random = seededRandom(SEED)
    const clock = new ManualClock()
    const memory = memoryTier({ maxBytes: '64kb' })
    const cache = new TieredCache<unknown>({ tiers: [memory], clock })
    const make = (): unknown => {
      const size = random.int(0, 8_000)
      return random.pick([
        () => 'x'.repeat(size),
        () => Buffer.alloc(size),
        () => Array.from({ length: size / 8 }, String),
      ])()
    }
    for (let step = 0; step < 3_000; step++) {
      const key = `k ${random.int(0, 200)}`
      const kind = random.int(0, 9)
      if (kind === 0) await cache.delete(key)
      else if (kind === 1) await clock.advance(random.int(0, 500))
      else if (kind === 2) await cache.get(key)
      else if (kind === 3) await cache.getOrSet(key, make)
      else await cache.set(key, make(), { ttl: random.int(1, 2_000), grace: random.int(0, 100) })
      expect(memory.measure().weight).toBeLessThanOrEqual(65_536)
    }
    expect(memory.measure().entries).toBeGreaterThan(0)
    await clock.advance('2h')
    for (let at = 0; at <= 200; at++) await cache.get(`k ${at}`)
    expect(memory.measure()).toMatchObject({ entries: 0, weight: 0 })
  })

  // lru-cache #320: "this module has too many options"
  it('needs no option at all', async () => {
    const cache = new TieredCache()
    await expect(cache.getOrSet('k', () => 1)).resolves.toBe(1)
    await expect(cache.get('k')).resolves.toBe(1)
    expect(cache.stats().tiers['memory']).toMatchObject({ entries: 1, maxEntries: 10_000 })
  })

  // quick-lru #17
  it.each<MemoryPolicy>(['tinylfu', 'lru', 'sieve'])(
    'holds as many entries as it may and not one more, at any moment, by the policy %s',
    async (policy) => {
      const random = seededRandom(SEED)
      const bound = 50
      const over: number[] = []
      const memory = memoryTier({ maxEntries: bound, policy, onRemoval: () => over.push(memory.measure().entries) })
      const cache = new TieredCache<number>({ tiers: [memory] })
      for (let at = 0; at < 5_000; at++) {
        await cache.set(`k ${random.int(0, 400)}`, at)
        over.push(memory.measure().entries)
        let listed = 0
        for (const _ of memory.entries()) listed++
        expect(listed).toBe(memory.measure().entries)
      }
      expect(Math.max(...over)).toBe(bound)
    },
  )
})
