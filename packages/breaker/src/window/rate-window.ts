/** The recent calls that a rate is taken over: how many there were, and how many of them were bad. */
export interface RateWindow {
  readonly calls: number
  readonly bad: number
  /** Counts one call that ended at `now` (monotonic). O(1); allocates nothing. */
  record(isBad: boolean, now: number): void
  clear(): void
}
