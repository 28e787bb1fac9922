const MAX_KEYS = 10_000

/**
 * The keys whose refresh failed a short while ago: their stale value is served without asking the source again. Kept by
 * this node only, for the newest 10 000 failures.
 */
export class RefreshCooldown {
  readonly #untilByKey = new Map<string, number>()

  isCooling(key: string, monotonicNow: number): boolean {
    const until = this.#untilByKey.get(key)
    if (until === undefined) return false
    if (monotonicNow < until) return true
    this.#untilByKey.delete(key)
    return false
  }

  begin(key: string, untilMonotonic: number): void {
    this.#untilByKey.delete(key)
    this.#untilByKey.set(key, untilMonotonic)
    if (this.#untilByKey.size <= MAX_KEYS) return
    for (const oldest of this.#untilByKey.keys()) {
      this.#untilByKey.delete(oldest)
      return
    }
  }

  end(key: string): void {
    this.#untilByKey.delete(key)
  }
}
