import { memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { GatedTier, settled } from './gated-tier.fixture.ts'
import { checkingRequests } from './requests.fixture.ts'

function setUp(options = {}) {
  const clock = new ManualClock()
  const lower = new GatedTier({ name: 'lower', shared: true })
  const memory = memoryTier()
  const cache = checkingRequests(new TieredCache<string>({ tiers: [memory, lower], clock, ...options }))
  return { clock, lower, memory, cache }
}

/** A loader that hands on what it is told to replace, as one that asks the source "changed since?" does. */
const keepStale = ({ stale }: { stale: { value: string } | undefined }): string => stale?.value ?? 'loaded'

describe('A read that a write overtakes', () => {
  for (const held of ['memory', 'lower'] as const) {
    it.each(['set', 'delete'] as const)(`refreshes nothing from the stale entry of ${held} (%s)`, async (verb) => {
      const { cache, clock, lower, memory } = setUp({ ttl: '1s', grace: '1h' })
      await cache.set('a', 'old')
      await clock.advance('1s')
      if (held === 'lower') memory.delete('a')
      lower.hold('get')
      const reading = cache.getOrSet('a', keepStale)
      await settled()
      lower.next('get').takeEffect()
      await (verb === 'set' ? cache.set('a', 'new') : cache.delete('a'))
      lower.next('get').answer()
      await expect(reading).resolves.toBe('old')
      lower.hold()
      await cache.idle()
      await expect(cache.get('a')).resolves.toBe(verb === 'set' ? 'new' : undefined)
      expect(lower.contents.get('a')?.value).toBe(verb === 'set' ? 'new' : undefined)
    })
  }

  it('reads again instead of asking the source', async () => {
    const lower = new GatedTier({ shared: true })
    const cache = checkingRequests(new TieredCache<string>({ tiers: [lower], clock: new ManualClock() }))
    lower.hold('get')
    const reading = cache.getOrSet('a', () => 'loaded')
    await settled()
    lower.next('get').takeEffect()
    await cache.set('a', 'new')
    lower.hold()
    lower.next('get').answer()
    await expect(reading).resolves.toBe('new')
    expect(cache.stats().loads).toBe(0)
  })

  it('does not keep a later refresh from beginning', async () => {
    const { cache, clock } = setUp({ ttl: '1s', grace: '1h' })
    const hung = gate<string>()
    await cache.set('a', 'v0')
    await clock.advance('1s')
    await cache.getOrSet('a', () => hung.promise)
    await settled()
    await cache.set('a', 'v1')
    await clock.advance('1s')
    await expect(cache.getOrSet('a', () => 'v2')).resolves.toBe('v1')
    await settled()
    expect(cache.getSync('a')).toBe('v2')
    hung.open('late')
  })
})

describe('A write', () => {
  it('that is rejected as unstorable leaves the newer one alone', async () => {
    const lower = new GatedTier({ name: 'lower' })
    const { UnstorableValueError } = await import('@org/tiered-cache')
    const inner = lower.set.bind(lower)
    lower.set = (key, entry) =>
      entry.value === 'odd' ? Promise.reject(new UnstorableValueError(key, '$', 'odd')) : inner(key, entry)
    const cache = new TieredCache<string>({ tiers: [memoryTier(), lower], clock: new ManualClock() })
    const [odd, good] = await Promise.allSettled([cache.set('a', 'odd'), cache.set('a', 'good')])
    expect([odd.status, good.status]).toEqual(['rejected', 'fulfilled'])
    await expect(cache.get('a')).resolves.toBe('good')
    expect(lower.contents.get('a')?.value).toBe('good')
  })

  it('that is acknowledged is not deleted by a replay of an older one', async () => {
    const { cache, lower, clock } = setUp()
    const keys = Array.from({ length: 40 }, (_, at) => `k${at}`)
    lower.hold('delete')
    const deleting = cache.deleteMany(keys)
    await settled()
    for (const held of lower.held.slice()) held.fail()
    await deleting
    await clock.advance('1s')
    lower.hold('delete', 'set')
    await cache.get('another')
    await settled()
    const setting = cache.set('k39', 'new')
    await settled()
    const answerAll = async (operation: string): Promise<void> => {
      for (let turn = 0; turn < 5; turn++) {
        for (const held of lower.held.filter((one) => one.operation === operation)) held.answer()
        await settled()
      }
    }
    await answerAll('delete')
    await answerAll('set')
    await answerAll('delete')
    await expect(setting).resolves.toEqual({ reached: true })
    await cache.idle()
    expect(lower.contents.get('k39')?.value).toBe('new')
    expect(cache.stats().tiers['lower']?.pending).toBe(0)
  })

  it('waits for its turn and its answer for one deadline in all, and not at all once the breaker is open', async () => {
    const { cache, lower, clock } = setUp()
    lower.hold('set')
    const first = cache.set('a', 'v1')
    await clock.advance(200)
    const second = cache.set('a', 'v2')
    lower.next('set').answer()
    await clock.advance(249)
    let isAnswered = false
    const answered = async (): Promise<void> => {
      await second
      isAnswered = true
    }
    void answered()
    await settled()
    expect(isAnswered).toBe(false)
    await clock.advance(1)
    expect(isAnswered).toBe(true)
    await expect(first).resolves.toEqual({ reached: true })
    await expect(second).resolves.toEqual({ reached: false })
    for (let at = 0; at < 5; at++) {
      const timedOut = cache.set(`b${at}`, 'v')
      await clock.advance(250)
      await timedOut
    }
    expect(cache.stats().tiers['lower']?.breaker).toBe('open')
    await expect(cache.set('b0', 'at once')).resolves.toEqual({ reached: false })
  })

  it('that hangs for ever does not end its key: later writes go on, and it is not believed if it lands', async () => {
    const { cache, lower, memory, clock } = setUp()
    lower.hold('set')
    const hung = cache.set('a', 'v1')
    await clock.advance(250)
    await expect(hung).resolves.toEqual({ reached: false })
    const zombie = lower.next('set')
    lower.hold()
    await clock.advance('5s')
    await expect(cache.set('a', 'v2')).resolves.toEqual({ reached: true })
    memory.delete('a')
    await expect(cache.get('a')).resolves.toBe('v2')
    zombie.answer()
    memory.delete('a')
    await expect(cache.get('a')).resolves.toBeUndefined()
  })

  it('in the background is bounded: over 1000 fills under way more are dropped and counted', async () => {
    const { cache, lower } = setUp()
    lower.hold('set')
    for (let at = 0; at < 1_100; at++) await cache.getOrSet(`k${at}`, () => 'loaded')
    expect(lower.held).toHaveLength(1_000)
    expect(cache.stats().tiers['lower']?.dropped).toBe(100)
    for (const held of lower.held.slice()) held.answer()
    await cache.idle()
    await cache.getOrSet('more', () => 'loaded')
    expect(lower.held).toHaveLength(1)
    lower.next('set').answer()
  })
})

describe('A synchronous tier of a third party', () => {
  class PlainTier implements Tier {
    readonly name = 'plain'
    readonly shared = false
    readonly sync = true
    readonly contents = new Map<string, unknown>()
    failing = false
    get(key: string) {
      return this.contents.get(key) as ReturnType<Tier['get']> as undefined
    }
    set(key: string, entry: unknown) {
      if (this.failing) throw new Error('full')
      this.contents.set(key, entry)
    }
    delete(key: string) {
      if (this.failing) throw new Error('full')
      this.contents.delete(key)
    }
  }

  it('without clear keeps what it holds unread after a clear', async () => {
    const clock = new ManualClock()
    const cache = checkingRequests(new TieredCache<string>({ tiers: [new PlainTier()], clock }))
    await cache.set('a', 'old')
    clock.jump(clock.now() - 5_000)
    await cache.set('b', 'old')
    await cache.clear()
    expect([await cache.get('a'), cache.getSync('b')]).toEqual([undefined, undefined])
    await cache.set('a', 'new')
    expect(cache.getSync('a')).toBe('new')
  })

  it('that fails to delete has the key unread until it can', async () => {
    const tier = new PlainTier()
    const cache = checkingRequests(new TieredCache<string>({ tiers: [tier], clock: new ManualClock() }))
    await cache.set('a', 'old')
    tier.failing = true
    await cache.delete('a')
    await expect(cache.get('a')).resolves.toBeUndefined()
    await cache.set('a', 'newer')
    await expect(cache.get('a')).resolves.toBeUndefined()
    tier.failing = false
    await expect(cache.get('a')).resolves.toBeUndefined()
    expect(tier.contents.size).toBe(0)
    await cache.set('a', 'new')
    await expect(cache.get('a')).resolves.toBe('new')
  })

  it.each([null, 5, 'text', {}, 'a promise'])(
    'that answers %s gives a miss, also below another tier',
    async (garbage) => {
      const tier = new PlainTier()
      const cache = checkingRequests(
        new TieredCache<string>({ tiers: [new GatedTier(), tier], clock: new ManualClock() }),
      )
      tier.get = () => (garbage === 'a promise' ? Promise.reject(new Error('async')) : garbage) as never
      await expect(cache.get('a')).resolves.toBeUndefined()
      tier.get = () => undefined
      await expect(cache.getOrSet('a', () => 'loaded')).resolves.toBe('loaded')
    },
  )
})
