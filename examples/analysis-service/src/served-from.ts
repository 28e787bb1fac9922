import { AsyncLocalStorage } from 'node:async_hooks'
import type { TieredCache } from '@org/tiered-cache'

/** What a look into the cache gave, and the tier that had it: `undefined` where it was computed. */
export interface Looked<T> {
  readonly value: T
  readonly tier: string | undefined
}

/**
 * Tells which tier answered a call of the cache, and counts the answers by tier. The cache reports a hit inside of the call
 * that is answered, so the call's own async context says whose it is, however many are under way.
 */
export class ServedFrom {
  readonly #calls = new AsyncLocalStorage<{ tier: string | undefined }>()
  readonly #hits = new Map<string, number>()

  constructor(cache: Pick<TieredCache, 'on'>) {
    cache.on('hit', ({ tier }) => {
      this.#hits.set(tier, this.hits(tier) + 1)
      const call = this.#calls.getStore()
      if (call !== undefined) call.tier = tier
    })
  }

  /** Runs one call of the cache. Rejects as that does. */
  async watch<T>(call: () => Promise<T>): Promise<Looked<T>> {
    const seen = { tier: undefined }
    const value = await this.#calls.run(seen, call)
    return { value, tier: seen.tier }
  }

  /** How many calls the tier has answered: unlike the tier's own count, also those that shared one read of it. */
  hits(tier: string): number {
    return this.#hits.get(tier) ?? 0
  }
}
