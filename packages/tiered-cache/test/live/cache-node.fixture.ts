import {
  type Bus,
  type BusListener,
  type BusMessage,
  type Duration,
  memoryTier,
  type Off,
  TieredCache,
  type TierStats,
} from '@org/tiered-cache'
import { type RedisSource, redisTier } from '@org/tiered-cache/redis'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { redisCommands } from '../../src/redis/client/redis-commands.ts'
import { streamBus } from '../../src/redis/stream-bus.ts'

/** Heartbeats soon: what only they show is seen within the test. */
const TIMING = { clock: systemClock, beatMs: 100, answerWithinMs: 5_000 }

/** How a {@link CacheNode} is made. */
export interface CacheNodeOptions {
  /** Nodes with one prefix share their entries and their bus. */
  readonly prefix: string
  /** The most that Redis is waited for. Default the one of the tier. */
  readonly deadline?: Duration | undefined
}

/** One node of a service: a cache with memory, Redis and the stream bus, and what they tell. */
export interface CacheNode {
  readonly cache: TieredCache
  /** What went wrong with Redis: operation and cause. */
  readonly faults: readonly string[]
  /** What it logged. */
  readonly lines: readonly string[]
  /** How often the bus told that messages may be lost. */
  gaps(): number
  /** How many entries memory has. */
  held(): number
  redis(): TierStats
}

/** A {@link CacheNode} that is closed when the test ends. */
export function cacheNode({ url, client }: RedisSource, { prefix, deadline }: CacheNodeOptions): CacheNode {
  const faults: string[] = []
  const lines: string[] = []
  const write = (message: string, fields?: object): void => {
    lines.push(`${message} ${JSON.stringify(fields ?? {})}`)
  }
  const stream = { stream: `${prefix}bus`, maxLength: 10_000 }
  const bus = new CountedGaps(streamBus(redisCommands({ url, client }, 'redisBus'), stream, TIMING))
  const memory = memoryTier()
  const cache = new TieredCache({
    tiers: [memory, redisTier({ url, client, prefix, deadline })],
    bus,
    logger: { debug: write, info: write, warn: write, error: write },
  })
  cache.on('fault', ({ error }) => faults.push(`${error.operation}: ${String(error.cause)}`))
  onTestFinished(() => cache.close())
  return {
    cache,
    faults,
    lines,
    gaps: () => bus.gaps,
    held: () => memory.measure().entries,
    redis: () => cache.stats().tiers['redis']!,
  }
}

/** Another bus, whose gaps are counted. */
class CountedGaps implements Bus {
  gaps = 0
  readonly #inner: Bus

  constructor(inner: Bus) {
    this.#inner = inner
  }

  get silentMs(): number {
    return this.#inner.silentMs
  }

  get hasCaughtUp(): boolean {
    return this.#inner.hasCaughtUp
  }

  publish(message: BusMessage): Promise<void> {
    return this.#inner.publish(message)
  }

  subscribe(from: string | undefined, listener: BusListener): Off {
    return this.#inner.subscribe(from, {
      message: (message, cursor) => listener.message(message, cursor),
      gap: (cursor) => {
        this.gaps++
        listener.gap(cursor)
      },
    })
  }

  async close(): Promise<void> {
    await this.#inner.close?.()
  }
}
