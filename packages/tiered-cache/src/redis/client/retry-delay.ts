const BASE_MS = 50
const CAP_MS = 150
/** About a quarter of a minute: who is away for longer is asked less often. */
const EAGER_ATTEMPTS = 150
const LATE_CAP_MS = 1_000

/**
 * How long to wait before the next attempt to connect, after `failures` in a row: from 50 ms, at most 150 ms at first, so that
 * writes are back a blink after Redis is, and up to a second in a long outage. Half of it is chance, so that the nodes of a
 * fleet do not come all at once.
 */
export function retryDelayMs(failures: number, random: () => number = Math.random): number {
  const cap = failures > EAGER_ATTEMPTS ? LATE_CAP_MS : CAP_MS
  const delayMs = Math.min(cap, BASE_MS * 2 ** Math.min(failures - 1, 10))
  return delayMs / 2 + (delayMs / 2) * random()
}
