import type { Entry } from '../entry.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import type { TierCondition } from '../telemetry/stats.ts'
import type { MaybePromise, Tier } from '../tiers/tier.ts'

/**
 * What the core sees of one tier: the same verbs for synchronous and asynchronous ones, each without faults. Reads are
 * counted; entries are capped to the life that the tier allows.
 */
export interface TierAccess {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly condition: TierCondition
  /** The entry, of any freshness; `undefined` for a miss, a fault, or a copy that is not to be believed. */
  read(key: string): MaybePromise<Entry | undefined>
  /** The same, counted as no read. */
  peek(key: string): MaybePromise<Entry | undefined>
  /** Stores a loaded or backfilled entry where nothing newer is being written. */
  fill(key: string, entry: Entry): MaybePromise<void>
  /**
   * Stores the user's entry; whether the tier has acknowledged it. Until then no older copy is read.
   * Rejects with UnstorableValueError alone.
   */
  set(key: string, entry: Entry): MaybePromise<boolean>
  /** Whether the tier has acknowledged it. Until then its copy is not read. */
  delete(key: string): MaybePromise<boolean>
  /** Whether the tier has acknowledged it. Nothing stored before is read any more. */
  clear(): MaybePromise<boolean>
  /** Resolves when the tier is open, or has failed to. */
  open(): Promise<void>
  close(): Promise<void>
}

/** Counts a read of an entry that may be there: expired is a miss. */
export function countRead(counters: TierCounters, entry: Entry | undefined, now: number): void {
  if (entry !== undefined && now < entry.expiresAt) counters.readHits++
  else counters.misses++
}
