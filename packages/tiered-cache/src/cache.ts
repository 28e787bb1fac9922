import { type CacheCore, cacheCore } from './cache-core.ts'
import { CacheVerbs } from './cache-verbs.ts'
import { closeParts } from './core/closing.ts'
import { CacheClosedError } from './errors.ts'
import { keepAlive } from './keep-alive.ts'
import { Namespace, ROOT } from './keyspace.ts'
import { resolveCacheOptions, type TieredCacheOptions } from './options.ts'
import { assertNamespace } from './tag.ts'
import type { CacheEvents } from './telemetry/events.ts'
import { type CacheStats, cacheStats, measureOf, tierStats } from './telemetry/stats.ts'
import { memoryTier } from './tiers/memory-tier.ts'
import type { Off } from './tiers/tier.ts'

/**
 * A cache of any number of tiers, fastest first. A hit in a lower tier is backfilled into those above it, a miss in all of
 * them runs one loader, once, and no fault of a tier ever reaches a caller.
 *
 * To a caller come only: the loader's own error, LoadTimeoutError, the reason of the caller's own signal, TypeError and
 * RangeError for wrong arguments, CacheClosedError, and from `set` alone UnstorableValueError.
 *
 * Values are shared by reference where a tier holds references (memory does): treat what you get as read-only.
 */
export class TieredCache<V = unknown> extends CacheVerbs<V> implements AsyncDisposable {
  readonly name: string
  readonly #core: CacheCore
  readonly #closeTimeoutMs: number
  readonly #opened: Promise<unknown>

  /** @throws TypeError or RangeError naming the option and the value. */
  constructor(options: TieredCacheOptions<V> = {}) {
    const resolved = resolveCacheOptions(options, () => [memoryTier()])
    const core = cacheCore(resolved)
    super(core, ROOT)
    this.name = resolved.name
    this.#core = core
    this.#closeTimeoutMs = resolved.closeTimeoutMs
    const opened = Promise.all(core.writers.map((tier) => tier.open()))
    this.#opened = core.link?.open(opened) ?? opened
  }

  /**
   * Keys of their own under the same tiers, bounds, bus and stats: no key of it meets one of the cache or of another namespace, and nor do
   * tags. `clear()` there is O(1) and touches nothing else. The same name is the same namespace, on every node.
   */
  namespace<N extends V = V>(name: string): CacheVerbs<N> {
    this.#core.life.assertOpen()
    assertNamespace(name)
    return new CacheVerbs<N>(this.#core, new Namespace(name))
  }

  /** What was asked and how it went, overall and by tier. O(tiers). */
  stats(): CacheStats {
    const { lookup, recorder } = this.#core
    const tiers = lookup.tiers.map(({ tier, counters, condition }) => {
      return [tier.name, tierStats(counters, measureOf(tier), condition)] as const
    })
    const first = lookup.tiers[0]
    const hotHits = first?.tier.sync === true ? first.counters.hotHits : 0
    return cacheStats(recorder.counters, hotHits, Object.fromEntries(tiers))
  }

  /** Calls `listener` with each fact of `event`; what it throws is dropped. */
  on<E extends keyof CacheEvents>(event: E, listener: (fact: CacheEvents[E]) => void): Off {
    return this.#core.recorder.events.on(event, listener)
  }

  /**
   * Resolves when every tier's open has settled or passed its deadline, and the bus has told what this node missed or does not answer
   * within a second. Never rejects; reads need not wait for it.
   */
  async ready(): Promise<void> {
    await keepAlive(this.#opened)
  }

  /** Resolves when nothing is in flight: no load, refresh, backfill, write or replay. */
  async idle(): Promise<void> {
    await keepAlive(this.#core.work.idle())
  }

  /**
   * Refuses new calls, waits for what is under way (at most `closeTimeout`, then loads are aborted), and closes the tiers.
   * Resolves always; a second call waits for the first.
   */
  close(): Promise<void> {
    this.#core.life.closing ??= keepAlive(this.#close())
    return this.#core.life.closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    await closeParts(this.#core, this.#closeTimeoutMs, new CacheClosedError(this.name))
    this.#core.hotTime.close()
  }
}
