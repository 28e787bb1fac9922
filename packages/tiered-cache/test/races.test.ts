import { memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { GatedTier, settled } from './gated-tier.fixture.ts'
import { checkingRequests } from './requests.fixture.ts'

function setUp() {
  const clock = new ManualClock()
  const lower = new GatedTier({ name: 'lower', shared: true })
  const memory = memoryTier()
  const cache = checkingRequests(new TieredCache<string>({ tiers: [memory, lower], clock }))
  return { clock, lower, memory, cache }
}

/** Puts a value where only the lower tier has it. */
async function seedLower({ cache, memory }: ReturnType<typeof setUp>, key: string, value: string): Promise<void> {
  await cache.set(key, value)
  memory.delete(key)
}

describe('Single-flight', () => {
  it('runs one load and one read per lower tier for 1000 callers of a cold key', async () => {
    const clock = new ManualClock()
    const redis = new GatedTier({ name: 'redis', shared: true })
    const disk = new GatedTier({ name: 'disk' })
    const cache = new TieredCache<string>({ tiers: [memoryTier(), redis, disk], clock })
    const source = gate<string>()
    let loads = 0
    const load = () => {
      loads++
      return source.promise
    }
    const callers = Array.from({ length: 1000 }, () => cache.getOrSet('a', load))
    await settled()
    source.open('value')
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['value']))
    expect(loads).toBe(1)
    expect(redis.count('get')).toBe(1)
    expect(disk.count('get')).toBe(1)
    const { requests, hits, misses, coalesced, loads: counted } = cache.stats()
    expect({ requests, hits, misses, coalesced, counted }).toEqual({
      requests: 1000,
      hits: 0,
      misses: 1000,
      coalesced: 999,
      counted: 1,
    })
  })

  it('runs a failing loader once for all who wait, and again for the next', async () => {
    const { cache } = setUp()
    const source = gate<string>()
    let loads = 0
    const load = () => {
      loads++
      return source.promise
    }
    const callers = Array.from({ length: 50 }, () => cache.getOrSet('a', load))
    await settled()
    const failure = new Error('the source is down')
    source.fail(failure)
    const results = await Promise.allSettled(callers)
    expect(results.every((result) => result.status === 'rejected' && result.reason === failure)).toBe(true)
    expect(loads).toBe(1)
    expect(cache.stats().loadFailures).toBe(1)
    await expect(cache.getOrSet('a', () => 'well again')).resolves.toBe('well again')
  })

  it('joins a load whose value is loaded but not yet written, where no tier above holds it', async () => {
    const lower = new GatedTier({ shared: true })
    const cache = new TieredCache<string>({ tiers: [lower], clock: new ManualClock() })
    lower.hold('set')
    let loads = 0
    const load = () => `load ${++loads}`
    await expect(cache.getOrSet('a', load)).resolves.toBe('load 1')
    await expect(cache.getOrSet('a', load)).resolves.toBe('load 1')
    lower.next('set').answer()
    await cache.idle()
    await expect(cache.getOrSet('a', load)).resolves.toBe('load 1')
    expect(loads).toBe(1)
  })

  it('does not join a stored load whose value has become stale meanwhile', async () => {
    const clock = new ManualClock()
    const lower = new GatedTier({ shared: true })
    const cache = new TieredCache<string>({ tiers: [lower], clock, ttl: 10 })
    lower.hold('set')
    let loads = 0
    const load = () => `load ${++loads}`
    await cache.getOrSet('a', load)
    await clock.advance(10)
    await expect(cache.getOrSet('a', load)).resolves.toBe('load 2')
  })

  it('shares one lower read between get and getOrSet', async () => {
    const parts = setUp()
    await seedLower(parts, 'a', 'value')
    const { cache, lower } = parts
    lower.hold('get')
    const reads = [cache.get('a'), cache.getOrSet('a', () => 'never'), cache.get('a')]
    await settled()
    expect(lower.held).toHaveLength(1)
    lower.next('get').answer()
    await expect(Promise.all(reads)).resolves.toEqual(['value', 'value', 'value'])
  })

  it('ends the wait of the caller whose signal is aborted, and no other', async () => {
    const { cache } = setUp()
    const source = gate<string>()
    const leaving = new AbortController()
    const left = cache.getOrSet('a', () => source.promise, { signal: leaving.signal })
    const stayed = cache.getOrSet('a', () => 'never')
    await settled()
    leaving.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    source.open('value')
    await expect(stayed).resolves.toBe('value')
    await expect(cache.get('a')).resolves.toBe('value')
  })
})

describe('A load begun before a write', () => {
  it('does not overwrite the value set meanwhile', async () => {
    const { cache, lower } = setUp()
    const source = gate<string>()
    const caller = cache.getOrSet('a', () => source.promise)
    await settled()
    await cache.set('a', 'v2')
    source.open('v1')
    await expect(caller).resolves.toBe('v1')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBe('v2')
    expect(lower.contents.get('a')?.value).toBe('v2')
  })

  it('does not bring a deleted value back, in any tier', async () => {
    const { cache, lower } = setUp()
    const source = gate<string>()
    const caller = cache.getOrSet('a', () => source.promise)
    await settled()
    await cache.delete('a')
    source.open('v1')
    await expect(caller).resolves.toBe('v1')
    await cache.idle()
    await expect(cache.get('a')).resolves.toBeUndefined()
    expect(lower.contents.has('a')).toBe(false)
  })

  it('is not joined by a caller who comes after the write', async () => {
    const { cache } = setUp()
    const old = gate<string>()
    const early = cache.getOrSet('a', () => old.promise)
    await settled()
    await cache.delete('a')
    await expect(cache.getOrSet('a', () => 'v2')).resolves.toBe('v2')
    old.open('v1')
    await expect(early).resolves.toBe('v1')
    await expect(cache.get('a')).resolves.toBe('v2')
  })

  it('stores nothing while the write is under way', async () => {
    const { cache, lower } = setUp()
    lower.hold('delete')
    const deleting = cache.delete('a')
    await expect(cache.getOrSet('a', () => 'v1')).resolves.toBe('v1')
    expect(cache.getSync('a')).toBeUndefined()
    lower.next('delete').answer()
    await deleting
    expect(cache.getSync('a')).toBeUndefined()
  })

  it('does not survive a clear', async () => {
    const { cache, lower } = setUp()
    const source = gate<string>()
    const caller = cache.getOrSet('a', () => source.promise)
    await settled()
    await cache.clear()
    source.open('v1')
    await caller
    await cache.idle()
    await expect(cache.get('a')).resolves.toBeUndefined()
    expect(lower.contents.size).toBe(0)
  })
})

describe('A lower read begun before a write', () => {
  it('does not backfill over the value set meanwhile', async () => {
    const parts = setUp()
    await seedLower(parts, 'a', 'v1')
    const { cache, lower } = parts
    lower.hold('get')
    const reading = cache.get('a')
    await settled()
    lower.next('get').takeEffect()
    await cache.set('a', 'v2')
    lower.next('get').answer()
    await expect(reading).resolves.toBe('v1')
    expect(cache.getSync('a')).toBe('v2')
  })

  it('does not backfill a value deleted meanwhile', async () => {
    const parts = setUp()
    await seedLower(parts, 'a', 'v1')
    const { cache, lower } = parts
    lower.hold('get')
    const reading = cache.get('a')
    await settled()
    lower.next('get').takeEffect()
    await cache.delete('a')
    lower.next('get').answer()
    await expect(reading).resolves.toBe('v1')
    expect(cache.getSync('a')).toBeUndefined()
  })

  it('does not backfill when it began after the delete did, and read before the delete took effect', async () => {
    const parts = setUp()
    await seedLower(parts, 'a', 'v1')
    const { cache, lower } = parts
    lower.hold('get', 'delete')
    const deleting = cache.delete('a')
    const reading = cache.get('a')
    await settled()
    lower.next('get').takeEffect()
    lower.next('delete').answer()
    await deleting
    lower.next('get').answer()
    await expect(reading).resolves.toBe('v1')
    expect(cache.getSync('a')).toBeUndefined()
  })

  it('is not joined by a caller who comes after the write', async () => {
    const parts = setUp()
    await seedLower(parts, 'a', 'v1')
    const { cache, lower } = parts
    lower.hold('get')
    const early = cache.get('a')
    await settled()
    lower.next('get').takeEffect()
    await cache.delete('a')
    lower.hold()
    await expect(cache.get('a')).resolves.toBeUndefined()
    lower.next('get').answer()
    await early
  })
})

describe('Writes to one key', () => {
  it('land in the order in which they were begun, also behind a slow one', async () => {
    const { cache, lower } = setUp()
    lower.hold('set')
    const first = cache.set('a', 'v1')
    const second = cache.set('a', 'v2')
    const third = cache.set('a', 'v3')
    await settled()
    expect(lower.held).toHaveLength(1)
    lower.next('set').answer()
    await settled()
    lower.next('set').answer()
    await expect(Promise.all([first, second, third])).resolves.toEqual([1, 2, 3].map(() => ({ reached: true })))
    expect(lower.count('set')).toBe(2)
    expect(lower.contents.get('a')?.value).toBe('v3')
    expect(cache.getSync('a')).toBe('v3')
  })

  it('wait for the store of a loaded value that is still under way', async () => {
    const { cache, lower } = setUp()
    lower.hold('set')
    await cache.getOrSet('a', () => 'v1')
    const deleting = cache.delete('a')
    await settled()
    expect(lower.count('delete')).toBe(0)
    lower.next('set').answer()
    await expect(deleting).resolves.toEqual({ reached: true })
    expect(lower.contents.has('a')).toBe(false)
  })

  it('leave the key unread below while an older one that passed its deadline may still land', async () => {
    const { cache, clock, lower, memory } = setUp()
    lower.hold('set')
    const late = cache.set('a', 'v1')
    await clock.advance(250)
    await expect(late).resolves.toEqual({ reached: false })
    const deleting = cache.delete('a')
    await clock.advance(250)
    await expect(deleting).resolves.toEqual({ reached: false })
    memory.delete('a')
    lower.next('set').answer()
    expect(lower.contents.get('a')?.value).toBe('v1')
    await expect(cache.get('a')).resolves.toBeUndefined()
    await cache.get('another')
    await cache.idle()
    expect(lower.contents.has('a')).toBe(false)
    expect(cache.stats().tiers['lower']?.pending).toBe(0)
  })

  it('take a new value over an unacknowledged delete', async () => {
    const { cache, lower, memory } = setUp()
    await cache.set('a', 'v1')
    lower.hold('delete')
    const deleting = cache.delete('a')
    await settled()
    lower.next('delete').fail()
    await expect(deleting).resolves.toEqual({ reached: false })
    await expect(cache.set('a', 'v2')).resolves.toEqual({ reached: true })
    memory.delete('a')
    await expect(cache.get('a')).resolves.toBe('v2')
  })
})

describe('A delete that a tier did not acknowledge', () => {
  it('hides the old copy at once and is sent again when the tier answers', async () => {
    const parts = setUp()
    await seedLower(parts, 'a', 'v1')
    const { cache, lower } = parts
    lower.hold('delete')
    const deleting = cache.delete('a')
    await settled()
    lower.next('delete').fail()
    await expect(deleting).resolves.toEqual({ reached: false })
    expect(lower.contents.has('a')).toBe(true)
    expect(cache.stats().tiers['lower']?.pending).toBe(1)
    lower.hold()
    await expect(cache.get('a')).resolves.toBeUndefined()
    await cache.idle()
    expect(lower.contents.has('a')).toBe(false)
    expect(cache.stats().tiers['lower']?.pending).toBe(0)
  })

  it('collapses with others into one clear over 10 000 keys', async () => {
    const { cache, lower, clock } = setUp()
    await cache.set('kept', 'v1')
    lower.hold('delete')
    const keys = Array.from({ length: 10_001 }, (_, at) => `key ${at}`)
    const deleting = cache.deleteMany(keys)
    await settled()
    for (const held of lower.held.slice()) held.fail()
    await expect(deleting).resolves.toEqual({ reached: false })
    expect(cache.stats().tiers['lower']?.pending).toBe(1)
    lower.hold()
    await clock.advance('1s')
    await cache.get('any')
    await cache.idle()
    await cache.get('any')
    await cache.idle()
    expect(lower.count('clear')).toBe(1)
    expect(cache.stats().tiers['lower']?.pending).toBe(0)
  })
})

describe('clear', () => {
  it('hides what a late write brings in from before it', async () => {
    const { cache, lower, memory, clock } = setUp()
    lower.hold('set')
    const late = cache.set('a', 'v1')
    await clock.advance(250)
    await late
    const clearing = cache.clear()
    await clock.advance(250)
    await expect(clearing).resolves.toEqual({ reached: false })
    lower.next('set').answer()
    expect(lower.contents.get('a')?.value).toBe('v1')
    memory.delete('a')
    await expect(cache.get('a')).resolves.toBeUndefined()
    await clock.advance('1s')
    await cache.idle()
    expect(lower.contents.get('a')).toBeUndefined()
  })

  it('keeps what is set after it within the same millisecond', async () => {
    const { cache, memory } = setUp()
    await cache.clear()
    await cache.set('a', 'v1')
    await cache.clear()
    await cache.set('a', 'v2')
    memory.delete('a')
    await expect(cache.get('a')).resolves.toBe('v2')
  })
})
