import type { Clock } from '../clock.ts'

/** A failover loses what was not replicated yet: moments, and no more than this. */
const RECENT_MS = 10_000
const MAX_KEYS = 10_000

/** The keys that this node has written within the last 10 s, the newest 10 000 of them. O(1) per write. */
export class RecentWrites {
  /** When, by key; the oldest first. */
  readonly #writtenAt = new Map<string, number>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(key: string): void {
    const now = this.#clock.monotonic()
    this.#writtenAt.delete(key)
    this.#writtenAt.set(key, now)
    this.#dropOne(now)
    this.#dropOne(now)
  }

  /** Takes them out. */
  take(): readonly string[] {
    const since = this.#clock.monotonic() - RECENT_MS
    const keys = [...this.#writtenAt].filter(([, at]) => at >= since).map(([key]) => key)
    this.#writtenAt.clear()
    return keys
  }

  /** Two for each that comes, so that none stays for long. */
  #dropOne(now: number): void {
    const [oldest] = this.#writtenAt
    if (oldest === undefined) return
    if (now - oldest[1] > RECENT_MS || this.#writtenAt.size > MAX_KEYS) this.#writtenAt.delete(oldest[0])
  }
}
