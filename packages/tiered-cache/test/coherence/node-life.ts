import { type Gate, gate } from '@org/testkit'
import { memoryTier, type Tier, TieredCache, type TierStats } from '@org/tiered-cache'
import { redisBus, redisTier } from '@org/tiered-cache/redis'
import { lastingTier } from './lasting-tier.ts'
import type { CallAnswer, KeyCall, NodeCall, NodeSetting, NodeTelling } from './node-messages.ts'
import { modelKeyOf, namesOf, taggedValue, verbsOf } from '../tagged-version.fixture.ts'
import { ToldBus } from './told-bus.ts'
import { machineMs, WatchedLeases } from './watched-leases.ts'

/** What a load rejects with while the database is away. */
export const AWAY = 'the database is away'
/** A cache that starts waits for so long for what it missed, before it reads what an earlier process has left. */
const START_TIMEOUT_MS = 1_000
/** After a fault of Redis, a load may be one without a lease for so long. */
const DOUBT_MS = 3_000
const SHORT_LIFE_MS = 5_000

/** One life of a node, in its process: the cache, and a database that is asked over the parent. */
export class NodeLife {
  readonly #tell: (telling: NodeTelling) => void
  readonly #begun = performance.now()
  readonly #bus: ToldBus
  readonly #cache: TieredCache<number>
  readonly #leases = new WatchedLeases()
  readonly #setting: NodeSetting
  readonly #loads = new Map<number, Gate<number>>()
  #lastFault = -Infinity
  #isOpen = false
  #clears = 0

  constructor(setting: NodeSetting, tell: (telling: NodeTelling) => void) {
    const { busUrl, stream, lostShare, ttlMs, graceMs } = setting
    this.#tell = tell
    this.#setting = setting
    this.#bus = new ToldBus({
      inner: redisBus({ url: busUrl, stream }),
      heard: (cursor) => tell({ tell: 'heard', cursor }),
      isLost: () => Math.random() < lostShare,
    })
    const tiers = tiersOf(setting, (tier) => this.#leases.watch(tier, (fact) => tell({ tell: 'deleted', ...fact })))
    const times = { ttl: ttlMs, grace: graceMs, hardTimeout: '20s', closeTimeout: '1s' } as const
    this.#cache = new TieredCache<number>({ tiers, bus: this.#bus, ...times })
    this.#cache.on('fault', ({ tier }) => {
      if (tier === 'redis') this.#lastFault = performance.now()
    })
    void this.#open()
  }

  /** Never rejects. */
  async answer(call: NodeCall): Promise<CallAnswer> {
    const hadCaughtUp = this.#bus.hasCaughtUp
    const outcome = await this.#outcome(call).catch((error: Error) => ({ error: `${error.name}: ${error.message}` }))
    // Before the timeout nothing of an earlier process is read.
    const knewPast = hadCaughtUp || performance.now() - this.#begun < START_TIMEOUT_MS
    return { ...outcome, knewPast, pending: this.#pending, available: this.#redis.available }
  }

  /** What the database says; without a version it is away. */
  loaded(load: number, version: number | undefined): void {
    if (version === undefined) this.#loads.get(load)?.fail(new Error(AWAY))
    else this.#loads.get(load)?.open(version)
    this.#loads.delete(load)
  }

  async #open(): Promise<void> {
    await this.#cache.ready()
    this.#isOpen = true
  }

  async #outcome(call: NodeCall): Promise<Pick<CallAnswer, 'value' | 'reached'>> {
    if (call.do === 'clear') return this.#clear()
    if (call.do === 'clear a namespace') return verbsOf(this.#cache, call.space).clear()
    if (call.do === 'invalidate') {
      return verbsOf(this.#cache, call.space).invalidateTag(namesOf(call.tags), { mode: call.mode })
    }
    if (call.do === 'stop') await this.#cache.close()
    return 'key' in call ? this.#ofKey(call) : {}
  }

  async #ofKey(call: KeyCall): Promise<Pick<CallAnswer, 'value' | 'reached'>> {
    const { short, space } = modelKeyOf(call.key)
    const verbs = verbsOf(this.#cache, space)
    if (call.do === 'delete') return verbs.delete(short)
    const tags = namesOf(call.tags)
    if (call.do === 'set') return verbs.set(short, taggedValue(call.version, call.tags), { tags })
    if (call.do === 'get') return { value: await verbs.get(short, { tags }) }
    const load = async (): Promise<number> => taggedValue(await this.#load(call.key), call.tags)
    return { value: await verbs.getOrSet(short, load, { tags }) }
  }

  /** While one is under way, what Redis holds is believed of no key, and nobody asks for a lease. */
  async #clear(): Promise<Pick<CallAnswer, 'reached'>> {
    this.#clears++
    try {
      return await this.#cache.clear()
    } finally {
      this.#clears--
    }
  }

  #load(key: string): Promise<number> {
    const answer = gate<number>()
    const load = nextLoad++
    this.#loads.set(load, answer)
    const isAnswered = this.#isAnswered
    const leasedAfter = this.#setting.lease !== false ? this.#leases.use(key) : isAnswered ? machineMs() : undefined
    const isDue = isAnswered && (leasedAfter !== undefined || !this.#leases.takeGivenUp(key))
    this.#tell({ tell: 'load', load, key, leasedAfter, isDue })
    return answer.promise
  }

  /** Whether Redis has answered all that it was asked lately. */
  get #isAnswered(): boolean {
    const { available, breaker, pending } = this.#redis
    // What another node has filled may be stale when the answer comes, or have other tags, twice in a row: then nobody waits for a third.
    if (this.#setting.ttlMs < SHORT_LIFE_MS || this.#setting.hasTags) return false
    const isWell = this.#isOpen && this.#clears === 0 && available && breaker === 'closed' && pending === 0
    return isWell && performance.now() - this.#lastFault > DOUBT_MS
  }

  get #pending(): number {
    return Object.values(this.#cache.stats().tiers).reduce((sum, { pending }) => sum + pending, 0)
  }

  get #redis(): TierStats {
    return this.#cache.stats().tiers['redis'] as TierStats
  }
}

/** Over all lives of a process: an answer that comes late is none for a later life. */
let nextLoad = 0

function tiersOf(
  { maxEntries, directory, redisUrl, prefix, lease }: NodeSetting,
  watched: (tier: Tier) => Tier,
): readonly Tier[] {
  const disk = directory === undefined ? [] : [lastingTier(directory)]
  return [memoryTier({ maxEntries }), ...disk, watched(redisTier({ url: redisUrl, prefix, lease }))]
}
