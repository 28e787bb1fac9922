import type { RemovalCause } from '../tiers/tier.ts'
import { Histogram } from './histogram.ts'

/** What one tier was asked and how it went. Mutable numbers in one object, so that counting allocates nothing. */
export class TierCounters {
  /** Fresh hits of a synchronous tier, by the path of a memory hit. */
  hotHits = 0
  /** Hits of all other reads. */
  readHits = 0
  misses = 0
  sets = 0
  deletes = 0
  faults = 0
  unstorable = 0
  unfit = 0
  dropped = 0
  readonly removals: Record<RemovalCause, number> = { capacity: 0, expired: 0, deleted: 0, replaced: 0, invalidated: 0 }
  readonly latency: Histogram = new Histogram()

  get hits(): number {
    return this.hotHits + this.readHits
  }
}

/** What the callers of the cache asked and got: `requests = hits + misses` at every moment. */
export class CacheCounters {
  /** But for the hot ones, which the first tier alone counts. */
  hits = 0
  staleHits = 0
  misses = 0
  loads = 0
  loadFailures = 0
  refreshes = 0
  coalesced = 0
}
