import { memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { gate } from '@org/testkit'
import { describe, expect, it, vi } from 'vitest'
import { GatedTier, settled } from './gated-tier.fixture.ts'
import { twoNodes } from './two-nodes.fixture.ts'

const gone = new Error('gone')

function setUp(options = {}) {
  const clock = new ManualClock()
  const cache = new TieredCache<string>({ tiers: [memoryTier()], clock, ttl: '10s', ...options })
  const source = gate<string>()
  const signals: AbortSignal[] = []
  const load = ({ signal }: { readonly signal: AbortSignal }): Promise<string> => {
    signals.push(signal)
    return source.promise
  }
  const caller = (extra = {}) => {
    const leaving = new AbortController()
    const reading = cache.getOrSet('a', load, { signal: leaving.signal, ...extra })
    reading.catch(() => {})
    return { reading, leave: () => leaving.abort(gone) }
  }
  return { clock, cache, source, signals, load, caller }
}

describe('A load whose callers leave by their signals', () => {
  it('is aborted when the last of them has left, with his reason, and stores nothing', async () => {
    const { cache, source, signals, caller } = setUp()
    const [first, second] = [caller(), caller()]
    await settled()
    first.leave()
    await expect(first.reading).rejects.toBe(gone)
    expect(signals[0]?.aborted).toBe(false)
    second.leave()
    await expect(second.reading).rejects.toBe(gone)
    expect([signals[0]?.aborted, signals[0]?.reason]).toEqual([true, gone])
    source.open('v1')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBeUndefined()
    expect(cache.stats()).toMatchObject({ loads: 1, loadFailures: 1 })
  })

  it('goes on for one without a signal', async () => {
    const { cache, source, signals, load, caller } = setUp()
    const leaving = caller()
    const staying = cache.getOrSet('a', load)
    await settled()
    leaving.leave()
    expect(signals[0]?.aborted).toBe(false)
    source.open('v1')
    await expect(staying).resolves.toBe('v1')
  })

  it('goes on for the cache where one of them says so', async () => {
    const { cache, source, caller } = setUp()
    const leaving = [caller(), caller({ whenAbandoned: 'continue' })]
    await settled()
    for (const { leave } of leaving) leave()
    source.open('v1')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBe('v1')
  })

  it('is not joined any more by who comes then', async () => {
    const { cache, caller } = setUp()
    const leaving = caller()
    await settled()
    leaving.leave()
    await expect(cache.getOrSet('a', () => 'v2')).resolves.toBe('v2')
    await expect(cache.get('a')).resolves.toBe('v2')
  })

  it('goes on where it renews a stale value: nobody waits for it', async () => {
    const { cache, clock, source, caller } = setUp({ grace: '10s' })
    await cache.set('a', 'v1')
    await clock.advance('10s')
    const leaving = caller()
    await expect(leaving.reading).resolves.toBe('v1')
    leaving.leave()
    source.open('v2')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBe('v2')
  })

  it('holds on to no signal after its end', async () => {
    const { cache, source, load } = setUp()
    const { signal } = new AbortController()
    let listeners = 0
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }
    const reading = cache.getOrSet('a', load, { signal })
    await settled()
    expect(listeners).toBeGreaterThan(0)
    source.open('v1')
    await reading
    expect(listeners).toBe(0)
  })

  it('holds on to no signal after another node has filled the key', async () => {
    const { nodes, a, b } = await twoNodes()
    const source = gate<string>()
    const loading = a.cache.getOrSet('k', () => source.promise)
    await settled()
    const { signal } = new AbortController()
    let listeners = 0
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args))
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args))
    const waiting = b.cache.getOrSet('k', () => 'never', { signal })
    await settled()
    source.open('v1')
    await loading
    await a.cache.idle()
    for (let look = 0; look < 20; look++) await nodes.clock.advance(100)
    await expect(waiting).resolves.toBe('v1')
    expect(listeners).toBe(0)
  })

  it('listens to no signal of who joins while its value is only being stored', async () => {
    const lower = new GatedTier({ name: 'lower', shared: true })
    const cache = new TieredCache<string>({ tiers: [memoryTier({ maxEntries: 1 }), lower], clock: new ManualClock() })
    lower.hold('set')
    await cache.getOrSet('a', () => 'v1')
    await cache.getOrSet('b', () => 'v2')
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    await expect(cache.getOrSet('a', () => 'never', { signal })).resolves.toBe('v1')
    expect(removed.mock.calls).toHaveLength(added.mock.calls.length)
    while (lower.held.length > 0) lower.next('set').answer()
    await cache.close()
  })

  it('is not begun for one who has left, though he would force it', async () => {
    const { a } = await twoNodes()
    const leaving = new AbortController()
    let loads = 0
    a.redis.hold('get')
    const reading = a.cache.getOrSet('k', () => String(++loads), { signal: leaving.signal, forceRefresh: true })
    reading.catch(() => {})
    await settled()
    leaving.abort(gone)
    a.redis.next('get').answer()
    await a.cache.idle()
    expect(loads).toBe(0)
  })

  it('waits for no other node any longer, and lets the next load at once', async () => {
    const { nodes, a, b } = await twoNodes()
    const source = gate<string>()
    const loading = a.cache.getOrSet('k', () => source.promise)
    await settled()
    const leaving = new AbortController()
    let loads = 0
    const waiting = b.cache.getOrSet('k', () => String(loads++), { signal: leaving.signal })
    await settled()
    leaving.abort(gone)
    await expect(waiting).rejects.toBe(gone)
    await nodes.clock.advance('1s')
    await b.cache.idle()
    expect(loads).toBe(0)
    source.open('v1')
    await loading
    await a.cache.idle()
    await expect(b.cache.getOrSet('k', () => 'never')).resolves.toBe('v1')
  })

  it('refuses what is neither', async () => {
    const { cache, load } = setUp()
    await expect(cache.getOrSet('a', load, { whenAbandoned: 'later' as 'abort' })).rejects.toThrow(
      'whenAbandoned must be',
    )
  })
})

describe('A memoised function', () => {
  it('forgets what a call with these arguments has given', async () => {
    const { cache } = setUp()
    let runs = 0
    const square = cache.wrap((side: number) => `${side * side} ${++runs}`, { key: (side) => `square:${side}` })
    await expect(square(2)).resolves.toBe('4 1')
    await expect(square(3)).resolves.toBe('9 2')
    await expect(square.invalidate(2)).resolves.toEqual({ reached: true })
    await expect(square(2)).resolves.toBe('4 3')
    await expect(square(3)).resolves.toBe('9 2')
  })
})
