import KeyvRedis from '@keyv/redis'
import { type Entry, keyvTier, memoryTier, type Tier, TierDeadlineError, TieredCache } from '@org/tiered-cache'
import { eventually } from '@org/testkit'
import { Keyv } from 'keyv'
import { describe, expect, it, onTestFinished } from 'vitest'
import { redisBehindProxy } from './redis-behind-proxy.fixture.ts'

const LOADED = { words: 4812 }

/**
 * Traffic of one Node service: always 20 getOrSet calls under way, a third on a hot key, the rest on keys never seen before.
 * Every answer is checked; an error or an unhandled rejection ends the test.
 */
class Traffic {
  readonly #cache: TieredCache<typeof LOADED>
  readonly #callers: Promise<void>[]
  readonly errors: unknown[] = []
  answered = 0
  #stopped = false

  constructor(cache: TieredCache<typeof LOADED>) {
    this.#cache = cache
    this.#callers = Array.from({ length: 20 }, (_, at) => this.#call(at))
  }

  /** Resolves when `calls` more have been answered. */
  async flows(calls: number): Promise<void> {
    const goal = this.answered + calls
    await eventually(() => this.answered >= goal, { within: 20_000 })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#callers)
  }

  async #call(caller: number): Promise<void> {
    for (let at = 0; !this.#stopped; at++) {
      const key = at % 3 === 0 ? 'hot' : `cold ${caller} ${at}`
      try {
        const value = await this.#cache.getOrSet(key, async () => LOADED)
        if (value.words !== LOADED.words) this.errors.push(`${key} gave ${JSON.stringify(value)}`)
      } catch (error) {
        this.errors.push(error)
      }
      this.answered++
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

/** Another tier, whose reads are counted. */
class CountedReads implements Tier {
  readonly name: string
  readonly shared: boolean
  readonly sync = false
  reads = 0
  readonly #inner: Tier

  constructor(inner: Tier) {
    this.name = inner.name
    this.shared = inner.shared
    this.#inner = inner
  }

  async get(key: string): Promise<Entry | undefined> {
    this.reads++
    return this.#inner.get(key)
  }

  async set(key: string, entry: Entry): Promise<void> {
    return this.#inner.set(key, entry)
  }

  async delete(key: string): Promise<void> {
    return this.#inner.delete(key)
  }

  async close(): Promise<void> {
    return this.#inner.close?.()
  }
}

const ROUND_MS = 5
/** Each round reads two keys that are not in memory. */
const READS_PER_SECOND = (2 * 1_000) / ROUND_MS

/** Requests that come at their own pace, however long the answers take: of a hot key, of one in Redis, and of a new one. */
class Arrivals {
  readonly #cache: TieredCache<typeof LOADED>
  readonly #interval: NodeJS.Timeout
  readonly requests: Promise<unknown>[] = []

  constructor(cache: TieredCache<typeof LOADED>) {
    this.#cache = cache
    this.#interval = setInterval(() => this.#arrive(), ROUND_MS)
  }

  /** Resolves when `requests` more have come. */
  async flow(requests: number): Promise<void> {
    const goal = this.requests.length + requests
    await eventually(() => this.requests.length >= goal, { within: 20_000 })
  }

  stop(): void {
    clearInterval(this.#interval)
  }

  #arrive(): void {
    const key = `new ${this.requests.length}`
    this.requests.push(
      this.#cache.getOrSet('hot', async () => LOADED),
      this.#cache.get(`other ${this.requests.length}`),
      this.#cache.getOrSet(key, async () => LOADED),
    )
  }
}

describe('getOrSet traffic over a real Redis', () => {
  const net = redisBehindProxy()

  async function setUp() {
    const namespace = crypto.randomUUID()
    const keyv = new Keyv(new KeyvRedis({ url: net.proxy.url, socket: { socketTimeout: 1_000 } }, { namespace }))
    const cache = new TieredCache<typeof LOADED>({
      tiers: [memoryTier({ maxEntries: 100 }), keyvTier(keyv, { name: 'redis', closeKeyv: true })],
    })
    await cache.ready()
    const traffic = new Traffic(cache)
    onTestFinished(async () => {
      await traffic.stop()
      await cache.close()
    })
    const tier = () => cache.stats().tiers['redis']!
    await traffic.flows(200)
    expect(tier()).toMatchObject({ available: true, faults: 0 })
    return { cache, traffic, tier, namespace }
  }

  const outages = [
    ['killed', () => net.redis.kill(), () => net.redis.restart()],
    ['muted', () => net.proxy.mute(), () => net.proxy.pass()],
    ['frozen', () => net.redis.freeze(), () => net.redis.thaw()],
    ['cut off', () => net.proxy.cut(), () => net.proxy.pass()],
  ] as const
  it.each(outages)(
    'goes on without an error when Redis is %s, and uses it again afterwards',
    { timeout: 60_000 },
    async (_, begin, end) => {
      const { cache, traffic, tier } = await setUp()
      await begin()
      await eventually(() => !tier().available, { within: 10_000 })
      await traffic.flows(500)
      await end()
      await eventually(() => tier().available, { within: 20_000 })
      const { sets } = tier()
      await traffic.flows(200)
      await eventually(() => tier().sets > sets, { within: 10_000 })
      await traffic.stop()
      await cache.idle()
      expect(traffic.errors).toEqual([])
      const { requests, hits, misses } = cache.stats()
      expect(requests).toBe(hits + misses)
      expect(requests).toBe(traffic.answered)
    },
  )

  it('lets few requests ever wait for a frozen Redis, and all are answered', { timeout: 60_000 }, async () => {
    const keyv = new Keyv(new KeyvRedis({ url: net.redis.url }, { namespace: crypto.randomUUID() }))
    const tier = new CountedReads(keyvTier(keyv, { name: 'redis', closeKeyv: true }))
    const cache = new TieredCache<typeof LOADED>({ tiers: [memoryTier({ maxEntries: 100 }), tier] })
    const deadlines: number[] = []
    cache.on('fault', ({ error: { cause } }) => {
      if (cause instanceof TierDeadlineError) deadlines.push(cause.deadlineMs)
    })
    const arrivals = new Arrivals(cache)
    onTestFinished(async () => {
      arrivals.stop()
      net.redis.thaw()
      await cache.close()
    })
    await arrivals.flow(3_000)
    const readsBefore = tier.reads
    deadlines.length = 0
    net.redis.freeze()
    await arrivals.flow(1_200)
    arrivals.stop()
    await Promise.all(arrivals.requests)
    // As long again as the deadline where the timer was late, and the probes of these seconds.
    const most = (2 * READS_PER_SECOND * Math.max(...deadlines)) / 1_000 + 20
    expect(tier.reads - readsBefore).toBeLessThanOrEqual(most)
    expect(Math.max(...deadlines)).toBeLessThanOrEqual(250)
    expect(cache.stats().tiers['redis']).toMatchObject({ available: false })
  })

  it('does not bring back what was deleted during the outage', { timeout: 60_000 }, async () => {
    const { cache, traffic, tier, namespace } = await setUp()
    const peer = new Keyv(new KeyvRedis(net.redis.url, { namespace }))
    onTestFinished(() => peer.disconnect())
    await cache.set('deleted', { words: 1 })
    expect(await keyvTier(peer).get('deleted')).toBeDefined()
    await net.proxy.cut()
    await eventually(() => !tier().available, { within: 10_000 })
    await expect(cache.delete('deleted')).resolves.toEqual({ reached: false })
    await net.proxy.pass()
    await eventually(() => tier().available && tier().pending === 0, { within: 20_000 })
    await traffic.stop()
    await expect(cache.get('deleted')).resolves.toBeUndefined()
    expect(await keyvTier(peer).get('deleted')).toBeUndefined()
  })
})
