import type { Freshness } from '../entry.ts'
import type { TierFaultError, UnstorableValueError } from '../errors.ts'
import { isOwnKey, nameOf } from '../key.ts'
import type { RemovalCause } from '../tiers/tier.ts'
import { CacheCounters, type TierCounters } from './counters.ts'
import { type CacheEvents, EventListeners } from './events.ts'

/** The place for lines that a recorder needs. */
export interface LineWriter {
  debug(message: string, fields: object): void
  info(message: string, fields: object): void
  warn(message: string, fields: object): void
}

/** How a load ended; the key is as the tiers know it. */
export type LoadReport = Omit<CacheEvents['load'], 'namespace'>

/**
 * The one place of a cache that counts, emits events and writes lines, always after the state is consistent. Keys appear in
 * events, in error fields and in debug lines, values nowhere.
 */
export class Recorder {
  readonly counters: CacheCounters = new CacheCounters()
  readonly events: EventListeners = new EventListeners()
  readonly #cache: string
  readonly #lines: LineWriter
  /** Tiers whose trouble was told since it was last well: one line per change of state. */
  readonly #told = new Set<string>()
  readonly #toldUnstorable = new Set<string>()
  readonly #toldUnfit = new Set<string>()

  constructor(cache: string, lines: LineWriter) {
    this.#cache = cache
    this.#lines = lines
  }

  hit(key: string, tier: string, freshness: Freshness): void {
    this.counters.hits++
    if (freshness === 'stale') this.counters.staleHits++
    if (this.events.hears('hit')) this.events.emit('hit', { ...nameOf(key), tier, freshness })
  }

  /** A hit that its tier has counted. */
  hotHit(key: string, tier: string): void {
    this.events.emit('hit', { ...nameOf(key), tier, freshness: 'fresh' })
  }

  miss(key: string): void {
    this.counters.misses++
    if (this.events.hears('miss')) this.events.emit('miss', nameOf(key))
  }

  coalesced(): void {
    this.counters.coalesced++
  }

  loading(isRefresh: boolean): void {
    this.counters.loads++
    if (isRefresh) this.counters.refreshes++
  }

  loaded({ key, durationMs, outcome, error }: LoadReport): void {
    if (outcome === 'failed') {
      this.counters.loadFailures++
      this.#write('debug', 'load failed', { ...nameOf(key), reason: kindOf(error) })
    }
    if (this.events.hears('load')) this.events.emit('load', { ...nameOf(key), durationMs, outcome, error })
  }

  fault(counters: TierCounters, error: TierFaultError): void {
    counters.faults++
    this.events.emit('fault', { tier: error.tier, error })
    if (this.#told.has(error.tier)) return
    this.#told.add(error.tier)
    this.#write('warn', `tier "${error.tier}" failed to ${error.operation}; the cache goes on without it`, {
      tier: error.tier,
      reason: kindOf(error.cause),
    })
  }

  available(tier: string, available: boolean): void {
    this.events.emit('available', { tier, available })
    if (available) {
      this.#told.delete(tier)
      this.#write('info', `tier "${tier}" is available again`, { tier })
    } else this.#write('warn', `tier "${tier}" is unavailable; the cache goes on without it`, { tier })
  }

  removed(tier: string, counters: TierCounters, key: string, cause: RemovalCause): void {
    counters.removals[cause]++
    if (!isOwnKey(key) && this.events.hears('removal')) this.events.emit('removal', { ...nameOf(key), tier, cause })
  }

  busCut(isCut: boolean): void {
    if (isCut) this.#write('warn', 'the bus is silent; private tiers are passed over while a shared tier answers', {})
    else this.#write('info', 'the bus is back', {})
  }

  /** A set-up that bites sooner or later. */
  advise(advice: string): void {
    this.#write('warn', advice, {})
  }

  unstorable(tier: string, error: UnstorableValueError): void {
    if (this.#toldUnstorable.has(tier)) return
    this.#toldUnstorable.add(tier)
    this.#write('warn', `tier "${tier}" cannot keep a loaded value: ${error.path} is ${error.kind}`, { tier })
  }

  /** A value that a tier gave does not fit the schema. */
  unfit(tier: string, counters: TierCounters): void {
    counters.unfit++
    if (this.#toldUnfit.has(tier)) return
    this.#toldUnfit.add(tier)
    this.#write('warn', `tier "${tier}" gave a value that does not fit the schema; such values are misses`, { tier })
  }

  /** A logger that throws is no reason for a caller to hear of it. */
  #write(level: keyof LineWriter, message: string, fields: object): void {
    try {
      this.#lines[level](message, { cache: this.#cache, ...fields })
    } catch {
      // There is nowhere to tell it.
    }
  }
}

/** Name and code alone: the words of foreign errors may quote stored values, commands or credentials. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' ? `${error.name} ${code}` : error.name
}
