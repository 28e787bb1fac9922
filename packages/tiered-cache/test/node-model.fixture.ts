import { type Clock, type Duration, type Entry, memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import type { Random } from '@org/testkit'
import { BusModel } from './bus-model.fixture.ts'
import { lastingTier } from './lasting-tier.fixture.ts'
import { type Announcement, type Ledger, raise } from './ledger.fixture.ts'
import type { RedisModel } from './redis-model.fixture.ts'
import { RedisModelTier } from './redis-model-tier.fixture.ts'
import { Wire } from './wire.fixture.ts'

/** Private asynchronous tiers are shut for so long after a start at most, where the bus gives no answer. */
const START_TIMEOUT_MS = 1_000

/** Which tiers the nodes have, fastest first. */
export type Layout = readonly ('memory' | 'disk' | 'redis')[]

export interface NodeSetting {
  readonly name: string
  readonly redis: RedisModel
  readonly ledger: Ledger
  readonly keys: readonly string[]
  readonly clock: Clock
  readonly layout: Layout
  readonly random: Random
  /** Whether a command waits until the test lets it go on. */
  readonly isHeld: () => boolean
  readonly ttl: Duration
}

/** The clock of one process: apart from that of others, and silent after its end. */
class NodeClock implements Clock {
  isDead = false
  readonly #clock: Clock
  readonly #aheadMs: number

  constructor(clock: Clock, aheadMs: number) {
    this.#clock = clock
    this.#aheadMs = aheadMs
  }

  now(): number {
    return this.#clock.now() + this.#aheadMs
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    return this.#clock.setTimer(() => {
      if (!this.isDead) callback()
    }, delayMs)
  }
}

/** One process with a cache, which can be cut off, killed and started again, and what it may not serve any more. */
export class NodeModel {
  readonly redisWire: Wire
  readonly diskWire: Wire
  readonly busWire: Wire
  readonly bus: BusModel
  readonly cache: TieredCache<number>
  /** Leases granted that no load has used yet. */
  readonly grants = new Map<string, number>()
  reads = 0
  readonly #setting: NodeSetting
  readonly #clock: NodeClock
  readonly #disk: Map<string, Entry>
  readonly #startedAt: number
  /** The newest version of each key of which a write has begun here. */
  readonly #announcing = new Map<string, number>()
  /** The version of the write that the shared tier has acknowledged last. */
  readonly #written = new Map<string, number>()
  readonly #staked = new Map<string, number>()
  readonly #floors = new Map<string, number>()
  /** What others have told, and what this node has told them. */
  readonly #heardFloors = new Map<string, number>()
  /** What the process before this one knew. */
  readonly #inherited: ReadonlyMap<string, number>

  constructor(setting: NodeSetting, before?: NodeModel, keepsDisk = true) {
    const { clock, layout, random, redis, isHeld, ttl } = setting
    this.#setting = setting
    const wire = (to: string): Wire => new Wire((line) => setting.ledger.note(`${setting.name} to ${to}: ${line}`))
    this.redisWire = wire('redis')
    this.diskWire = wire('disk')
    this.busWire = wire('bus')
    this.#clock = new NodeClock(clock, random.pick([0, 0, 0, 700, -700, 5_000]))
    this.#startedAt = clock.monotonic()
    this.#disk = before !== undefined && keepsDisk ? before.#disk : new Map()
    this.#inherited = new Map(before === undefined ? [] : before.#known())
    for (const each of this.wires) each.holdIf(isHeld)
    this.bus = new BusModel(redis, this.busWire, this.#clock, {
      publishing: (keys) => this.#publishing(keys === 'clear' ? setting.keys : keys),
      told: (id) => {
        for (const message of setting.ledger.message(id)) this.#heard(message)
      },
      toldUpTo: (id) => {
        for (const message of setting.ledger.messagesUpTo(id)) this.#heard(message)
      },
    })
    this.cache = new TieredCache<number>({
      tiers: layout.map((tier) => this.#tier(tier)),
      bus: this.bus,
      clock: this.#clock,
      ttl,
      grace: '10s',
      hardTimeout: '20s',
    })
  }

  get name(): string {
    return this.#setting.name
  }

  get wires(): readonly Wire[] {
    return [this.redisWire, this.diskWire, this.busWire]
  }

  get isBusCut(): boolean {
    return this.bus.isCut
  }

  cutRedis(isCut: boolean): void {
    this.redisWire.isCut = isCut
  }

  cutBus(isCut: boolean): void {
    this.bus.isCut = isCut
    this.busWire.isCut = isCut
  }

  /** What may still come to Redis though nobody waits for it. A disk that told of a fault does nothing any more. */
  takeStrays(): (() => void)[] {
    this.diskWire.late.length = 0
    return [...this.redisWire.late.splice(0), ...this.busWire.late.splice(0)]
  }

  /** What is being written to its disk is written, or not; what is on its way to Redis may come there. */
  die(): (() => void)[] {
    this.#clock.isDead = true
    this.bus.isCut = true
    for (const wire of this.wires) wire.die()
    for (const effect of this.diskWire.late) if (this.#setting.random.chance(0.5)) effect()
    return this.takeStrays()
  }

  /** A get that begins now may give nothing older. */
  floor(key: string): number {
    const own = this.#floors.get(key) ?? 0
    const isShutOff = !this.bus.hasCaughtUp && this.#clock.monotonic() - this.#startedAt >= START_TIMEOUT_MS
    return isShutOff ? own : Math.max(own, this.#inherited.get(key) ?? 0)
  }

  announce(key: string, version: number): void {
    raise(this.#announcing, key, version)
  }

  /** A write of this node has resolved. */
  wrote(key: string, version: number, reached: boolean): void {
    raise(this.#floors, key, version)
    if (reached) this.#setting.ledger.acknowledge(key, version)
  }

  #known(): Iterable<readonly [string, number]> {
    const known = new Map(this.#inherited)
    for (const [key, version] of this.#heardFloors) raise(known, key, version)
    return known
  }

  #heard(message: Announcement): void {
    raise(this.#heardFloors, message.key, message.version)
    // Its own write binds it when it has resolved.
    if (message.by === this) return
    this.#setting.ledger.note(`${this.#setting.name} has heard of ${message.key} ${message.version}`)
    raise(this.#floors, message.key, message.version)
  }

  #publishing(keys: readonly string[]): (id: number) => void {
    const known = this.#setting.layout.includes('redis') ? this.#written : this.#announcing
    const announcements = keys.map((key) => ({ key, version: known.get(key) ?? 0, by: this }))
    return (id) => this.#setting.ledger.publish(id, announcements)
  }

  #tier(kind: Layout[number]): Tier {
    const { layout, random } = this.#setting
    // What has no place in memory is to be kept elsewhere.
    if (kind === 'memory') return memoryTier({ maxEntries: layout.length === 1 ? 100 : random.pick([1, 100]) })
    return kind === 'disk' ? lastingTier(this.#disk, this.diskWire) : this.#redisTier()
  }

  /** The tier, with an eye on what it was told. */
  #redisTier(): Tier {
    const tier = new RedisModelTier(this.#setting.redis, this.redisWire, this.#clock)
    const { lease } = tier
    return {
      name: tier.name,
      shared: true,
      sync: false,
      get: (key) => tier.get(key),
      set: (key, entry) => tier.set(key, entry),
      delete: async (key) => {
        const version = this.#announcing.get(key) ?? 0
        await tier.delete(key)
        this.#written.set(key, version)
      },
      clear: async () => {
        const versions = this.#setting.keys.map((key) => [key, this.#announcing.get(key) ?? 0] as const)
        await tier.clear()
        for (const [key, version] of versions) this.#written.set(key, version)
      },
      lease: {
        ...lease,
        acquire: async (key, token, seen) => {
          const grant = await lease.acquire(key, token, seen)
          if (grant.state === 'granted') this.grants.set(key, (this.grants.get(key) ?? 0) + 1)
          return grant
        },
        stake: (key, token) => {
          this.#staked.set(token, this.#announcing.get(key) ?? 0)
          return lease.stake(key, token)
        },
        fill: async (key, token, entry) => {
          const filled = await lease.fill(key, token, entry)
          const version = this.#staked.get(token)
          if (filled && version !== undefined) this.#written.set(key, version)
          return filled
        },
      },
    }
  }
}
