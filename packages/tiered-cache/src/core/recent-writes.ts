import type { Clock } from '../clock.ts'

/** Far below the bound of what is kept pending, beyond which everything would be cleared. */
const MAX_KEYS = 2_000

/** What this node has written since an instant. */
export interface RecentlyWritten {
  readonly keys: readonly string[]
  readonly isCleared: boolean
}

/** What this node has written last: the newest 2 000 keys, and the last clear. Instants are monotonic. O(1) per write. */
export class RecentWrites {
  /** When, by key; the oldest first. */
  readonly #writtenAt = new Map<string, number>()
  readonly #clock: Clock
  #clearedAt: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(key: string): void {
    this.#writtenAt.delete(key)
    this.#writtenAt.set(key, this.#clock.monotonic())
    if (this.#writtenAt.size <= MAX_KEYS) return
    const [oldest] = this.#writtenAt.keys()
    this.#writtenAt.delete(oldest as string)
  }

  /** Everything was cleared: what was written before needs no word of its own. */
  clear(): void {
    this.#clearedAt = this.#clock.monotonic()
    this.#writtenAt.clear()
  }

  /** What was written at `since` or later; taken out. */
  take(since: number): RecentlyWritten {
    const keys = [...this.#writtenAt].filter(([, at]) => at >= since).map(([key]) => key)
    const isCleared = this.#clearedAt !== undefined && this.#clearedAt >= since
    this.#writtenAt.clear()
    this.#clearedAt = undefined
    return { keys, isCleared }
  }
}
