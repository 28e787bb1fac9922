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
    expect(lower.entries.get('a')?.value).toBe('value')
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

  it('resolves though a tier fails to close', async () => {
    const { cache, lower } = setUp()
    lower.close = () => Promise.reject(new Error('busy'))
    await expect(cache.close()).resolves.toBeUndefined()
    expect(cache.stats().tiers['lower']?.faults).toBe(1)
  })
})

describe('idle', () => {
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
