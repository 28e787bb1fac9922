import { CacheClosedError, memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { GatedTier, settled } from './gated-tier.fixture.ts'

class ClosableTier extends GatedTier {
  closes = 0
  async close(): Promise<void> {
    this.closes++
  }
}

function setUp() {
  const clock = new ManualClock()
  const lower = new ClosableTier({ name: 'lower' })
  const cache = new TieredCache<string>({ tiers: [memoryTier(), lower], clock })
  return { clock, lower, cache }
}

describe('close', () => {
  it('lets a load under way end and its value reach every tier, then closes the tiers once', async () => {
    const { cache, lower } = setUp()
    const source = gate<string>()
    const caller = cache.getOrSet('a', () => source.promise)
    await settled()
    const closing = cache.close()
    await expect(cache.get('a')).rejects.toThrow(CacheClosedError)
    expect(lower.closes).toBe(0)
    source.open('value')
    await Promise.all([closing, cache.close()])
    await expect(caller).resolves.toBe('value')
    expect(lower.contents.get('a')?.value).toBe('value')
    expect(lower.closes).toBe(1)
  })

  it('aborts loads that outlast closeTimeout', async () => {
    const { cache, clock, lower } = setUp()
    let reason: unknown
    const caller = cache.getOrSet('a', ({ signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason
      })
      return new Promise<string>(() => {})
    })
    const failed = expect(caller).rejects.toThrow(CacheClosedError)
    await settled()
    const closing = cache.close()
    await clock.advance('5s')
    await closing
    await failed
    expect(reason).toBeInstanceOf(CacheClosedError)
    expect(lower.closes).toBe(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('is what `await using` calls', async () => {
    const lower = new ClosableTier()
    {
      await using cache = new TieredCache<string>({ tiers: [lower] })
      await cache.set('a', 'value')
    }
    expect(lower.closes).toBe(1)
  })

  it('waits for a read that goes on to a load, and begins no load after it has resolved', async () => {
    const { cache, lower } = setUp()
    lower.hold('get')
    const patient = cache.getOrSet('a', () => 'loaded')
    await settled()
    const closing = cache.close()
    lower.hold()
    lower.next('get').answer()
    await expect(patient).resolves.toBe('loaded')
    await closing
    expect(lower.contents.get('a')?.value).toBe('loaded')
  })

  it('refuses a load that a slow read would begin after closeTimeout', async () => {
    const clock = new ManualClock()
    const lower = new ClosableTier({ name: 'lower' })
    Object.defineProperty(lower, 'deadline', { value: '1m' })
    const cache = new TieredCache<string>({ tiers: [lower], clock })
    lower.hold('get')
    let loads = 0
    const caller = cache.getOrSet('a', () => `load ${++loads}`)
    const failed = expect(caller).rejects.toThrow(CacheClosedError)
    await settled()
    const closing = cache.close()
    await clock.advance('5s')
    await closing
    lower.next('get').answer()
    await failed
    expect([loads, lower.count('set')]).toEqual([0, 0])
  })

  it('leaves no listener on a tier that serves on', async () => {
    const memory = memoryTier()
    const removals: string[] = []
    const cache = new TieredCache<string>({ tiers: [memory] })
    cache.on('removal', ({ key }) => removals.push(key))
    await cache.set('a', 'value')
    await cache.close()
    memory.delete('a')
    expect(removals).toEqual([])
  })

  it('resolves though a tier fails to close', async () => {
    const { cache, lower } = setUp()
    lower.close = () => Promise.reject(new Error('busy'))
    await expect(cache.close()).resolves.toBeUndefined()
    expect(cache.stats().tiers['lower']?.faults).toBe(1)
  })
})

describe('idle', () => {
  it('sees a caller between its read and its load', async () => {
    const { cache, lower } = setUp()
    const source = gate<string>()
    lower.hold('get')
    const caller = cache.getOrSet('a', () => source.promise)
    await settled()
    let isIdle = false
    const wait = async (): Promise<void> => {
      await cache.idle()
      isIdle = true
    }
    const idle = wait()
    lower.next('get').answer()
    await settled()
    expect(isIdle).toBe(false)
    source.open('value')
    await Promise.all([caller, idle])
  })

  it('resolves when loads, backfills and writes have ended', async () => {
    const { cache, lower } = setUp()
    lower.hold('set')
    await cache.getOrSet('a', () => 'value')
    let isIdle = false
    const wait = async (): Promise<void> => {
      await cache.idle()
      isIdle = true
    }
    const idle = wait()
    await settled()
    expect(isIdle).toBe(false)
    lower.next('set').answer()
    await idle
  })
})
