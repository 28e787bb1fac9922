import { type Duration, durationMs } from '../duration.ts'
import { areCurrent, type Entry } from '../entry.ts'
import { assertName, assertOptions } from '../option-object.ts'
import { MISS, type Tier, type TierMeasure } from './tier.ts'

/** An instance of quick-lru, or what behaves as one: what the tier calls of it. */
export interface QuickLruLike {
  get(key: string): unknown
  set(key: string, value: never): unknown
  delete(key: string): boolean
  clear(): void
  readonly size: number
  readonly maxSize: number
}

/** Options of {@link quickLruTier}. */
export interface QuickLruTierOptions {
  /** Label in stats and events. Default `'quick-lru'`. */
  readonly name?: string | undefined
  /** Cap on the life of what it keeps. Default none. */
  readonly ttl?: Duration | undefined
}

const METHODS = ['get', 'set', 'delete', 'clear'] as const
const COUNTS = ['size', 'maxSize'] as const

/**
 * A synchronous tier over your instance of quick-lru, which belongs to the tier from then on: it holds entries, not values.
 * They are kept by reference, so treat a hit as read-only. All operations are O(1) but {@link Tier.measure}.
 *
 * Quick-lru keeps up to twice `maxSize` entries before it drops half of them, and reports `maxSize` at most. It has no
 * listener to add for what it drops, so the tier reports no removals; a `maxAge` of its own runs by the machine's clock.
 * @throws TypeError or RangeError for what is no quick-lru instance or no option.
 */
export function quickLruTier(lru: QuickLruLike, options: QuickLruTierOptions = {}): Tier {
  assertQuickLru(lru)
  assertOptions('quickLruTier options', options, ['name', 'ttl'])
  const { name = 'quick-lru', ttl } = options
  assertName('name', name)
  if (ttl !== undefined) durationMs('ttl', ttl)
  return new QuickLruTier(lru, name, ttl)
}

class QuickLruTier implements Tier {
  readonly name: string
  readonly shared = false
  readonly sync = true
  readonly ttl: Duration | undefined
  readonly #lru: QuickLruLike

  constructor(lru: QuickLruLike, name: string, ttl: Duration | undefined) {
    this.#lru = lru
    this.name = name
    this.ttl = ttl
  }

  get(key: string): Entry | undefined {
    return this.#lru.get(key) as Entry | undefined
  }

  getFresh(key: string, now: number, tags?: readonly string[]): unknown {
    const entry = this.#lru.get(key) as Entry | undefined
    return entry !== undefined && now < entry.staleAt && areCurrent(entry.stamps, tags) ? entry.value : MISS
  }

  set(key: string, entry: Entry): void {
    this.#lru.set(key, entry as never)
  }

  delete(key: string): void {
    this.#lru.delete(key)
  }

  clear(): void {
    this.#lru.clear()
  }

  /** O(entries): quick-lru counts them when it is asked. Each weighs one. */
  measure(): TierMeasure {
    const { size, maxSize } = this.#lru
    return { entries: size, maxEntries: maxSize, weight: size, maxWeight: maxSize }
  }
}

function assertQuickLru(lru: unknown): void {
  if (typeof lru !== 'object' || lru === null) {
    throw new TypeError(`lru must be a quick-lru instance, got ${lru === null ? 'null' : typeof lru}`)
  }
  const candidate = lru as Record<string, unknown>
  const missing =
    METHODS.find((method) => typeof candidate[method] !== 'function') ??
    COUNTS.find((count) => typeof candidate[count] !== 'number')
  if (missing !== undefined) throw new TypeError(`lru must be a quick-lru instance, got an object without ${missing}`)
}
