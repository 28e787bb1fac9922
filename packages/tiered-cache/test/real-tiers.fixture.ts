import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MemoryTier, memoryTier, type Tier, TieredCache, type TieredCacheOptions } from '@org/tiered-cache'
import { diskTier } from '@org/tiered-cache/disk'
import { redisBus, redisTier, type RedisSource, type RedisTierOptions } from '@org/tiered-cache/redis'
import { ManualClock } from '@org/tiered-cache/testing'
import { beforeEach, onTestFinished } from 'vitest'
import { type RedisBehindProxy, redisBehindProxy } from './live/redis-behind-proxy.fixture.ts'
import { ownPrefix } from './redis-tier.fixture.ts'

type Kind = 'memory' | 'redis' | 'disk'

/** How a {@link RealNode} is made. */
export interface RealNodeOptions extends Omit<TieredCacheOptions, 'tiers' | 'bus' | 'logger' | 'schema'> {
  /** Which tiers it has, fastest first. Default memory and Redis. */
  readonly layout?: readonly Kind[]
  readonly memory?: Parameters<typeof memoryTier>[0]
  readonly redis?: Omit<RedisTierOptions, keyof RedisSource>
  /** Default a connection of its own, straight to Redis. */
  readonly source?: RedisSource
  /** Default true, where Redis is one of the tiers. */
  readonly hasBus?: boolean
}

/** One node of a service, closed when the test ends. */
interface RealNode<V = unknown> {
  readonly cache: TieredCache<V>
  readonly memory: MemoryTier
  /** What it logged. */
  readonly lines: readonly string[]
}

/** Memory, Redis and disk as they are, for the nodes of a test. */
export interface RealTiers {
  readonly net: RedisBehindProxy
  /** Another one in each test, which its nodes share. */
  readonly prefix: string
  /** A node that is ready. By default its clock stands still, and so no deadline passes. */
  node<V = unknown>(options?: RealNodeOptions): Promise<RealNode<V>>
  /** A node that has just been made. */
  begin<V = unknown>(options?: RealNodeOptions): RealNode<V>
  /** How often Redis was given each command while `work` ran. */
  commands(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>>
  /** Keys of this test in Redis. */
  keys(): Promise<readonly string[]>
}

/** Commands that take longer the more there is, or that keep a list of keys. */
export const LISTING: readonly string[] = ['scan', 'keys', 'smembers', 'sscan', 'sadd', 'flushdb', 'flushall']

/** How often those commands were given, of what {@link RealTiers.commands} tells. */
export function total(sent: Readonly<Record<string, number>>, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (sent[name] ?? 0), 0)
}

/** {@link RealTiers} for all tests of the file or `describe` that calls it, between `beforeAll` and `afterAll`. */
export function realTiers(): RealTiers {
  const net = redisBehindProxy()
  let prefix!: string
  beforeEach(() => {
    prefix = ownPrefix()
  })
  const begin = <V>(options: RealNodeOptions = {}): RealNode<V> => begun<V>({ source: net.redis, ...options }, prefix)
  return {
    net,
    get prefix() {
      return prefix
    },
    begin,
    async node<V>(options?: RealNodeOptions) {
      const node = begin<V>(options)
      await node.cache.ready()
      // What it is told at its start is older than all that the test stores.
      if (options?.clock instanceof ManualClock) await options.clock.advance('1s')
      return node
    },
    commands: (work) => counted(net, work),
    keys: async () => ((await net.ask('KEYS', `*${prefix}*`)) as readonly unknown[]).map(String),
  }
}

function begun<V>(options: RealNodeOptions & { readonly source: RedisSource }, prefix: string): RealNode<V> {
  const { layout = ['memory', 'redis'], memory: bounds, redis, source, hasBus = true, ...rest } = options
  const { url, client } = source
  const lines: string[] = []
  const write = (line: string): void => void lines.push(line)
  const memory = memoryTier(bounds)
  const directory = layout.includes('disk') ? mkdtempSync(join(tmpdir(), 'real-tiers-')) : undefined
  const make: Record<Kind, () => Tier> = {
    memory: () => memory,
    redis: () => redisTier({ url, client, prefix, ...redis }),
    disk: () => diskTier({ directory: directory!, maxBytes: '16mb' }),
  }
  const cache = new TieredCache<V>({
    clock: new ManualClock(Date.now()),
    ...rest,
    tiers: layout.map((kind) => make[kind]()),
    bus: hasBus && layout.includes('redis') ? redisBus({ url, client, stream: `${prefix}bus` }) : undefined,
    logger: { debug: write, info: write, warn: write, error: write },
  })
  onTestFinished(async () => {
    await cache.close()
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true })
  })
  return { cache, memory, lines }
}

async function counted(net: RedisBehindProxy, work: () => Promise<unknown>): Promise<Record<string, number>> {
  await net.ask('CONFIG', 'RESETSTAT')
  await work()
  const lines = String(await net.ask('INFO', 'commandstats')).matchAll(/cmdstat_(\S+?):calls=(\d+)/g)
  return Object.fromEntries([...lines].map(([, name, calls]) => [name!, Number(calls)]))
}
