import type { Entry } from '../entry.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import type { TierCondition } from '../telemetry/stats.ts'
import type { NO_ANSWER } from '../tiers/guard.ts'
import type { DeleteCause, MaybePromise, Tier } from '../tiers/tier.ts'

/**
 * What the core sees of one tier: the same verbs for synchronous and asynchronous ones, each without faults. Reads are
 * counted; entries are capped to the life that the tier allows.
 */
export interface TierAccess {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly condition: TierCondition
  /** False for a shared tier whose other readers are told of writes: a copy from below could be older than the write they heard of. */
  readonly takesBackfill: boolean
  /** No write is left that the tier has not acknowledged, or that may still land: what it holds is what this node knows. */
  readonly isSettled: boolean
  /** Whether keys are to be read by `readMany` now, where they are asked for at once: none of them waits for longer. */
  readonly readsTogether: boolean
  /** The entry, of any freshness; `undefined` for a miss, a fault, or a copy that is not to be believed. */
  read(key: string): MaybePromise<Entry | undefined>
  /** The entries of these keys, in their order: one trip where the tier can. Never rejects. */
  readMany(keys: readonly string[]): MaybePromise<readonly (Entry | undefined)[]>
  /** The same as `read`, counted as no read. */
  peek(key: string): MaybePromise<Entry | undefined>
  /** The same as `peek` for a record of the cache itself, but `NO_ANSWER` where the tier gives none: that says nothing of the record. */
  ask(key: string): MaybePromise<Entry | typeof NO_ANSWER | undefined>
  /** Of a tier that can tell what it holds: each key with what `peek` would give. Never throws: it ends at a fault, which is told. */
  entries(): AsyncIterable<readonly [string, Entry]> | Iterable<readonly [string, Entry]>
  /** Stores a loaded or backfilled entry where nothing newer is being written. */
  fill(key: string, entry: Entry): MaybePromise<void>
  /**
   * Stores the user's entry; whether the tier has acknowledged it. Until then no older copy is read.
   * Rejects with UnstorableValueError alone.
   */
  set(key: string, entry: Entry): MaybePromise<boolean>
  /** Whether the tier has acknowledged it. Until then its copy is not read. */
  delete(key: string, cause?: DeleteCause): MaybePromise<boolean>
  /** Whether the tier has acknowledged it. Nothing stored before is read any more. */
  clear(): MaybePromise<boolean>
  /** While it is shut nothing is read from it but the cache's own records, and nothing is filled into it: what it holds may be old. */
  shut(isShut: boolean): void
  /** Sends what the tier has not acknowledged once more, if it answers. */
  replay(): void
  /**
   * Messages were lost, and with them perhaps the last writes to a shared tier: sends those of this node since then (monotonic) again, as
   * deletes.
   */
  resend(since: number): void
  /** Resolves when the tier is open, or has failed to. */
  open(): Promise<void>
  close(): Promise<void>
}

/** Counts a read of an entry that may be there: expired is a miss. */
export function countRead(counters: TierCounters, entry: Entry | undefined, now: number): void {
  if (entry !== undefined && now < entry.expiresAt) counters.readHits++
  else counters.misses++
}
