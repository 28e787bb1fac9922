import { TieredCache, type TieredCacheOptions } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it } from 'vitest'
import { GatedTier } from './gated-tier.fixture.ts'
import { RefusingTier } from './refusing-tier.fixture.ts'

const odd = () => 1

function setUp(options: TieredCacheOptions = {}) {
  const refusing = new RefusingTier()
  const lower = new GatedTier({ name: 'lower' })
  const lines: string[] = []
  const logger = { debug() {}, info() {}, warn: (line: string) => lines.push(line), error() {} }
  const clock = new ManualClock()
  const cache = new TieredCache({ tiers: [refusing, lower], clock, logger, ...options })
  return { refusing, lower, lines, clock, cache }
}

describe('A value that a synchronous tier cannot keep', () => {
  it('makes set reject with its path, and leaves the key in no tier', async () => {
    const { cache, refusing, lower } = setUp()
    await cache.set('a', 'before')
    await expect(cache.set('a', odd)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_CACHE_UNSTORABLE', key: 'a', path: '$' }),
    )
    expect([refusing.contents.size, lower.contents.size]).toEqual([0, 0])
    expect(cache.stats().tiers['refusing']).toMatchObject({ unstorable: 1, faults: 0, pending: 0 })
    await cache.set('a', 'after')
    expect(cache.getSync('a')).toBe('after')
  })

  it('leaves no older value to read while the other tiers are asked', async () => {
    const { cache, lower } = setUp()
    await cache.set('a', 'before')
    lower.hold('set')
    const setting = cache.set('a', odd)
    expect(cache.getSync('a')).toBeUndefined()
    for (const held of lower.held) held.answer()
    await expect(setting).rejects.toThrow('cannot be stored')
  })

  it('leaves the newer one alone', async () => {
    const { cache } = setUp()
    const [first, second] = await Promise.allSettled([cache.set('a', odd), cache.set('a', 'good')])
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled'])
    await expect(cache.get('a')).resolves.toBe('good')
  })

  it('is given by getOrSet all the same, counted, and warned of once', async () => {
    const { cache, lines, lower } = setUp()
    for (const key of ['a', 'b', 'c']) await expect(cache.getOrSet(key, () => odd)).resolves.toBe(odd)
    await cache.idle()
    expect(cache.stats().tiers['refusing']).toMatchObject({ unstorable: 3, faults: 0 })
    expect(lines).toEqual(['tier "refusing" cannot keep a loaded value: $ is a function'])
    expect(lower.contents.size).toBe(3)
  })

  it('replaces a stale one by nothing, so that the fresh one is found below', async () => {
    const { cache, clock, refusing } = setUp({ ttl: '1s', grace: '1h' })
    await cache.set('a', 'before')
    await clock.advance('1s')
    await expect(cache.getOrSet('a', () => odd)).resolves.toBe('before')
    await cache.idle()
    expect(refusing.contents.size).toBe(0)
    await expect(cache.get('a')).resolves.toBe(odd)
  })
})
