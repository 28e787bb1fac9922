import KeyvRedis from '@keyv/redis'
import { keyvTier, memoryTier, TieredCache } from '@org/tiered-cache'
import { eventually, type RedisServer, startProxy, startRedis, type TcpProxy } from '@org/testkit'
import { Keyv } from 'keyv'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

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

describe('getOrSet traffic over a real Redis', () => {
  let redis: RedisServer
  let proxy: TcpProxy
  const rejections: unknown[] = []
  const note = (reason: unknown): void => {
    rejections.push(reason)
  }

  beforeAll(async () => {
    redis = await startRedis()
    proxy = await startProxy(redis.port)
    process.on('unhandledRejection', note)
  })
  afterAll(async () => {
    process.off('unhandledRejection', note)
    await proxy.close()
    await redis.stop()
  })
  afterEach(async () => {
    await proxy.pass()
    expect(rejections).toEqual([])
  })

  async function setUp() {
    const namespace = crypto.randomUUID()
    const keyv = new Keyv(new KeyvRedis({ url: proxy.url, socket: { socketTimeout: 1_000 } }, { namespace }))
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
    ['killed', () => redis.kill(), () => redis.restart()],
    ['muted', () => proxy.mute(), () => proxy.pass()],
    ['frozen', () => redis.freeze(), () => redis.thaw()],
    ['cut off', () => proxy.cut(), () => proxy.pass()],
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

  it('does not bring back what was deleted during the outage', { timeout: 60_000 }, async () => {
    const { cache, traffic, tier, namespace } = await setUp()
    const peer = new Keyv(new KeyvRedis(redis.url, { namespace }))
    onTestFinished(() => peer.disconnect())
    await cache.set('deleted', { words: 1 })
    expect(await keyvTier(peer).get('deleted')).toBeDefined()
    await proxy.cut()
    await eventually(() => !tier().available, { within: 10_000 })
    await expect(cache.delete('deleted')).resolves.toEqual({ reached: false })
    await proxy.pass()
    await eventually(() => tier().available && tier().pending === 0, { within: 20_000 })
    await traffic.stop()
    await expect(cache.get('deleted')).resolves.toBeUndefined()
    expect(await keyvTier(peer).get('deleted')).toBeUndefined()
  })
})
