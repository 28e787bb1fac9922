import { type MemoryTierOptions, memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it } from 'vitest'

function setUp(options: MemoryTierOptions) {
  const lines: string[] = []
  const clock = new ManualClock()
  const memory = memoryTier(options)
  const logger = { debug() {}, info() {}, warn: (line: string) => lines.push(line), error() {} }
  const cache = new TieredCache({ tiers: [memory], clock, logger })
  return { cache, clock, memory, lines, statsOf: () => cache.stats().tiers['memory'] }
}

describe('A memory tier in a cache', () => {
  it('gives what a loader answers, though it is heavier than the bound', async () => {
    const { cache, memory, lines } = setUp({ maxBytes: 200 })
    const value = 'x'.repeat(1_000)
    await cache.set('key', 'small')
    await cache.set('key', value)
    expect(cache.getSync('key')).toBeUndefined()
    for (let call = 0; call < 2; call++) await expect(cache.getOrSet('key', () => value)).resolves.toBe(value)
    expect(memory.measure()).toMatchObject({ entries: 0, refusals: 3 })
    expect(cache.stats()).toMatchObject({ loads: 2, tiers: { memory: { faults: 0, unstorable: 0 } } })
    expect(lines).toEqual([])
  })

  it('holds no older value where weigh throws, and the caller gets the new one', async () => {
    const { cache, memory, statsOf } = setUp({
      maxWeight: 10,
      weigh: (value) => {
        if (value === 'odd') throw new Error('cannot weigh this')
        return 1
      },
    })
    await cache.set('key', 'older')
    await cache.set('key', 'odd')
    expect(memory.peek('key')).toBeUndefined()
    await expect(cache.getOrSet('key', () => 'odd')).resolves.toBe('odd')
    expect(statsOf()).toMatchObject({ faults: 2, entries: 0, pending: 0 })
  })

  it('counts by cause what left it', async () => {
    const { cache, clock, statsOf } = setUp({ maxEntries: 2, policy: 'lru' })
    for (const key of ['a', 'b', 'c', 'c']) await cache.set(key, 1, { ttl: '1s' })
    await cache.delete('c')
    await clock.advance('1s')
    await expect(cache.get('b')).resolves.toBeUndefined()
    expect(statsOf()?.removals).toEqual({ capacity: 1, expired: 1, deleted: 1, replaced: 1, invalidated: 0 })
  })

  it('keeps nothing longer than its cap', async () => {
    const { cache, clock } = setUp({ ttl: '10s' })
    await cache.set('key', 1, { ttl: '1h', grace: '1h' })
    await clock.advance(9_999)
    expect(cache.getSync('key')).toBe(1)
    await clock.advance(1)
    expect(cache.getSync('key')).toBeUndefined()
    await expect(cache.get('key')).resolves.toBeUndefined()
  })

  it('shows where a hit is changed, in mode freeze', async () => {
    const { cache } = setUp({ copy: 'freeze' })
    await cache.set('key', { list: [1] })
    const hit = cache.getSync('key') as { list: number[] }
    expect(() => hit.list.push(2)).toThrow(TypeError)
  })

  it('follows no change of a hit, in mode clone, and refuses what it cannot copy', async () => {
    const { cache, statsOf } = setUp({ copy: 'clone' })
    await cache.set('key', { list: [1] })
    ;(cache.getSync('key') as { list: number[] }).list.push(2)
    ;((await cache.get('key')) as { list: number[] }).list.push(2)
    expect(cache.getSync('key')).toEqual({ list: [1] })
    await expect(cache.set('key', () => 1)).rejects.toThrow(expect.objectContaining({ code: 'ERR_CACHE_UNSTORABLE' }))
    expect(cache.getSync('key')).toBeUndefined()
    expect(statsOf()).toMatchObject({ unstorable: 1, faults: 0 })
  })
})
