import type { Freshness } from '../entry.ts'
import type { TierFaultError } from '../errors.ts'
import type { KeyName } from '../key.ts'
import type { Off, RemovalCause } from '../tiers/tier.ts'

interface HitFact extends KeyName {
  readonly tier: string
  readonly freshness: Freshness
}

interface LoadFact extends KeyName {
  readonly durationMs: number
  readonly outcome: 'stored' | 'void' | 'failed'
  readonly error: unknown
}

interface RemovalFact extends KeyName {
  readonly tier: string
  readonly cause: RemovalCause
}

/** The facts that `cache.on` reports, by name. Never a value. Those of a key in a namespace name that too. */
export interface CacheEvents {
  readonly hit: HitFact
  readonly miss: KeyName
  /** `void`: the value went to the callers and was stored nowhere, because its key or a tag was written meanwhile or it was not found. */
  readonly load: LoadFact
  readonly fault: { readonly tier: string; readonly error: TierFaultError }
  readonly available: { readonly tier: string; readonly available: boolean }
  readonly removal: RemovalFact
}

type Listener<E extends keyof CacheEvents> = (fact: CacheEvents[E]) => void

/** Who listens to which event. Without listeners an event costs little, a hit one field read. */
export class EventListeners {
  /** `hears('hit')`, for the path of a memory hit. */
  hearsHits = false
  readonly #listeners: { readonly [E in keyof CacheEvents]: Set<Listener<E>> } = {
    hit: new Set(),
    miss: new Set(),
    load: new Set(),
    fault: new Set(),
    available: new Set(),
    removal: new Set(),
  }

  on<E extends keyof CacheEvents>(event: E, listener: Listener<E>): Off {
    const listeners = this.#listeners[event]
    if (listeners === undefined) {
      throw new TypeError(`event must be one of ${Object.keys(this.#listeners).join(', ')}, got '${event}'`)
    }
    if (typeof listener !== 'function') throw new TypeError(`listener must be a function, got ${typeof listener}`)
    listeners.add(listener)
    this.hearsHits = this.hears('hit')
    return () => {
      listeners.delete(listener)
      this.hearsHits = this.hears('hit')
    }
  }

  hears(event: keyof CacheEvents): boolean {
    return this.#listeners[event].size > 0
  }

  /** Tells each listener; what one throws is its own fault and stops nothing. */
  emit<E extends keyof CacheEvents>(event: E, fact: CacheEvents[E]): void {
    for (const listener of this.#listeners[event]) {
      try {
        const answer: unknown = listener(fact)
        if (answer instanceof Promise) answer.catch(() => {})
      } catch {
        // Facts are told after the state is consistent: there is nothing to undo.
      }
    }
  }
}
