import { type Clock, type Entry, memoryTier, type Tier, TieredCache, type TieredCacheOptions } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { settled } from './gated-tier.fixture.ts'
import { BusModel } from './bus-model.fixture.ts'
import { lastingTier } from './lasting-tier.fixture.ts'
import { RedisModel } from './redis-model.fixture.ts'
import { RedisModelTier } from './redis-model-tier.fixture.ts'
import { Wire } from './wire.fixture.ts'

/** Which tiers a node has, fastest first. */
export type Layout = readonly ('memory' | 'disk' | 'redis')[]

/** One node of {@link FewNodes}, and what a test can do to it. */
export interface FewNode {
  readonly cache: TieredCache<string>
  readonly redis: Wire
  readonly disk: Wire
  /** For what it publishes; what it hears is up to {@link bus}. */
  readonly publishing: Wire
  readonly bus: BusModel
  readonly contents: Map<string, Entry>
  /** Cut off from the others, or back. */
  cutBus(isCut: boolean): void
}

export interface FewNodeOptions extends Pick<TieredCacheOptions, 'ttl' | 'grace' | 'refreshAhead'> {
  readonly layout?: Layout
  /** What the disk holds from before. */
  readonly contents?: Map<string, Entry>
  readonly clock?: Clock
  readonly hasBus?: boolean
}

/** Nodes over one model of Redis whose commands go through at once unless a test holds them. */
export class FewNodes {
  readonly clock = new ManualClock()
  readonly redis: RedisModel

  /** `keepsStaked`: a value that is about to be overwritten stays readable until then. */
  constructor(keepsStaked = false) {
    this.redis = new RedisModel(() => this.clock.now(), keepsStaked)
  }

  /** A node that has heard everything so far. */
  async start(options: FewNodeOptions = {}): Promise<FewNode> {
    const node = this.begin(options)
    await settled()
    node.bus.run()
    await settled()
    // The look that finds out that it has caught up.
    await this.clock.advance(50)
    return node
  }

  /** A node that has heard nothing yet. */
  begin(options: FewNodeOptions = {}): FewNode {
    const {
      layout = ['memory', 'redis'],
      contents = new Map(),
      clock = this.clock,
      hasBus = true,
      ...freshness
    } = options
    const [redis, disk, publishing] = [new Wire(), new Wire(), new Wire()]
    const bus = new BusModel(this.redis, publishing, clock)
    const tier = (kind: Layout[number]): Tier => {
      if (kind === 'memory') return memoryTier()
      return kind === 'disk' ? lastingTier(contents, disk) : new RedisModelTier(this.redis, redis, clock)
    }
    const tiers = layout.map(tier)
    const cache = new TieredCache<string>({ tiers, clock, bus: hasBus ? bus : undefined, ...freshness })
    const cutBus = (isCut: boolean): void => {
      bus.isCut = isCut
      publishing.isCut = isCut
    }
    return { cache, redis, disk, publishing, bus, contents, cutBus }
  }

  /** The value that Redis holds. */
  value(key: string): unknown {
    return this.redis.get(key)?.entry?.value
  }

  /** How many messages are on the stream. */
  get messages(): number {
    return this.redis.stream.filter(({ message }) => message !== 'hello').length
  }
}

/** The process is gone: nothing it does from now on has an effect. */
export function crash({ redis, disk, publishing, bus }: FewNode): void {
  for (const wire of [redis, disk, publishing]) wire.die()
  bus.isCut = true
}
