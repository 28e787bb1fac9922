import type { RedisSender } from './commands.ts'
import { MAGIC } from './lease-header.ts'
import { randomId } from '../random-id.ts'
import type { RedisTierSettings } from './redis-tier-options.ts'

const MOST_SKEW_MS = 1_000
/** Keys that begin with U+0000 are the cache's own. */
const REGISTER_KEY = '\u0000settings'
const REGISTERED_MS = 7 * 24 * 3_600_000

/** The tiers of this process that are open. */
const openTiers = new Set<string>()

/**
 * Looks once, when a tier opens, for what is likely a mistake: clocks that are apart, and two caches with one prefix. The nodes of
 * one service share a prefix rightly, so what tells of another cache are other settings, or a second tier in one process. Two
 * services with equal settings cannot be told from two nodes of one.
 */
export class StartChecks {
  readonly #commands: RedisSender
  readonly #settings: RedisTierSettings
  readonly #id: string = randomId(9)

  constructor(commands: RedisSender, settings: RedisTierSettings) {
    this.#commands = commands
    this.#settings = settings
  }

  /** What is to be warned of. Never rejects: what Redis refuses to tell is not known. */
  async warnings(): Promise<readonly string[]> {
    openTiers.add(this.#id)
    const checks = [this.#clocks(), this.#prefix()]
    const found = await Promise.all(checks.map((check) => check.catch(() => undefined)))
    return found.filter((each) => each !== undefined)
  }

  /** The tier has closed. */
  end(): void {
    openTiers.delete(this.#id)
  }

  async #clocks(): Promise<string | undefined> {
    const sent = performance.now()
    const reply = await this.#commands.send(this.#settings.prefix, ['TIME'])
    const trip = performance.now() - sent
    const [seconds, micros] = (Array.isArray(reply) ? reply : []).map(Number)
    // It was read at some moment of the trip: half of it is the most that the middle can be wrong.
    const aheadMs = Date.now() - trip / 2 - (seconds! * 1_000 + micros! / 1_000)
    if (!(Math.abs(aheadMs) - trip / 2 > MOST_SKEW_MS)) return undefined
    const seen = `${(Math.abs(aheadMs) / 1_000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`
    return `the clock of this machine is ${seen} that of Redis: entries of other nodes seem older or younger by that`
  }

  async #prefix(): Promise<string | undefined> {
    const { prefix, name, format, leaseMs } = this.#settings
    const key = prefix + REGISTER_KEY
    const settings = JSON.stringify([MAGIC, name, format.codec.id, leaseMs !== undefined])
    const command = ['SET', key, `${settings}\n${this.#id}`, 'PX', String(REGISTERED_MS), 'GET']
    const reply = await this.#commands.send(key, command)
    if (!Buffer.isBuffer(reply)) return undefined
    const [knownSettings, id = ''] = reply.toString().split('\n')
    const shown = JSON.stringify(prefix)
    if (knownSettings !== settings) {
      return `another cache with other settings (tier name, codec, lease or version) uses the prefix ${shown}, or did so this week`
    }
    if (id === this.#id || !openTiers.has(id)) return undefined
    return `another open tier of this process uses the prefix ${shown}: give each cache its own`
  }
}
