import type { Entry } from '../../entry.ts'
import type { DeleteCause, Off, Tier, TierMeasure, TierNamespace } from '../tier.ts'
import type { MemoryResize } from './memory-tier-options.ts'
import type { RemovalListener } from './removals.ts'

/** What a memory tier tells of itself. */
export interface MemoryTierMeasure extends TierMeasure {
  /** Entries that had to leave for others, or for bounds that shrank. */
  readonly evictions: number
  /** Entries that were not let in: heavier than the bound, not worth what they would displace, or too heavy for one operation. */
  readonly refusals: number
  /** The part of the capacity that is for newcomers, 0 to 1, with `'tinylfu'` alone. */
  readonly windowShare: number | undefined
}

/** A synchronous tier in the memory of this process. */
export interface MemoryTier extends Tier {
  readonly sync: true
  get(key: string, now?: number): Entry | undefined
  getFresh(key: string, now: number, tags?: readonly string[]): unknown
  namespace(prefix: string): TierNamespace
  peek(key: string): Entry | undefined
  set(key: string, entry: Entry, now?: number): void
  delete(key: string, cause?: DeleteCause): void
  clear(): void
  onRemoval(listener: RemovalListener): Off
  measure(): MemoryTierMeasure
  /**
   * Changes the bounds that are named; what is too much leaves at once, by `capacity` also where it has expired: it is told no
   * time. O(entries that leave).
   */
  resize(bounds: MemoryResize): void
  /** All entries, in no order. Counts as no use; what is changed meanwhile may come or not. */
  entries(): Generator<readonly [string, Entry], void, undefined>
  /** All entries, those it would keep longest first, in the order of the first step; what left since does not come. */
  hottest(): Generator<readonly [string, Entry], void, undefined>
}
