import { Breaker } from './breaker.ts'
import type { BreakerOptions } from './breaker-options.ts'
import { assertCount, assertName, assertOptions, shown } from './option-object.ts'

/** Options of a {@link BreakerRegistry}. */
export interface BreakerRegistryOptions {
  /** How many breakers are kept. */
  readonly max: number
  /** The options of a breaker for a key that has none yet; its `name` is the key unless they name another. */
  readonly create: (key: string) => BreakerOptions
}

/**
 * A bounded map of breakers, one per key: a host, a tenant, a model.
 *
 * Once it holds `max` of them, a new key removes the closed one that was asked for least recently: closed, it knows little
 * that it would not learn again (the recent failures that it has counted). Only where none is closed does the least recently
 * used of the others go, and with it the knowledge that its upstream is down. A call under way on a removed breaker goes on
 * as it would have. All operations are O(1).
 */
export class BreakerRegistry {
  readonly #max: number
  readonly #create: (key: string) => BreakerOptions
  readonly #entries = new Map<string, Entry>()
  readonly #closed = new RecencyList()
  /** Open, half-open, isolated or disabled: what would be lost with one is not learnt again for nothing. */
  readonly #others = new RecencyList()

  /** @throws TypeError or RangeError naming the option and the value. */
  constructor(options: BreakerRegistryOptions) {
    assertOptions('BreakerRegistry options', options, ['max', 'create'])
    const { max, create } = options
    assertCount('max', max, 1)
    if (typeof create !== 'function') throw new TypeError(`create must be a function, got ${shown(create)}`)
    this.#max = max
    this.#create = create
  }

  /** How many breakers there are. */
  get size(): number {
    return this.#entries.size
  }

  /** The breaker of `key`, made where there is none. Ask anew for each call rather than keep it: it may have been removed. */
  get(key: string): Breaker {
    const entry = this.#entries.get(key) ?? this.#add(key)
    this.#listOf(entry.breaker).append(entry)
    return entry.breaker
  }

  #add(key: string): Entry {
    assertName('key', key)
    const options = this.#create(key)
    const entry = new Entry(key, new Breaker({ ...options, name: options.name ?? key }))
    if (this.#entries.size >= this.#max) this.#removeOne()
    entry.off = entry.breaker.on('state', () => this.#listOf(entry.breaker).append(entry))
    this.#entries.set(key, entry)
    return entry
  }

  #listOf(breaker: Breaker): RecencyList {
    return breaker.state === 'closed' ? this.#closed : this.#others
  }

  #removeOne(): void {
    const entry = (this.#closed.leastRecent ?? this.#others.leastRecent) as Entry
    entry.off?.()
    entry.unlink()
    this.#entries.delete(entry.key)
  }
}

/** A link of a list; a list is a ring around a link of its own. */
class Link {
  previous: Link = this
  next: Link = this

  unlink(): void {
    this.previous.next = this.next
    this.next.previous = this.previous
    this.previous = this
    this.next = this
  }
}

class Entry extends Link {
  readonly key: string
  readonly breaker: Breaker
  off: (() => void) | undefined

  constructor(key: string, breaker: Breaker) {
    super()
    this.key = key
    this.breaker = breaker
  }
}

/** Entries in the order of their use. A Map that is deleted from and set again would do, but finds its first in O(n). */
class RecencyList {
  readonly #ring = new Link()

  get leastRecent(): Entry | undefined {
    const { next } = this.#ring
    return next instanceof Entry ? next : undefined
  }

  /** Makes the entry the most recent of this list, whichever it was in. */
  append(entry: Entry): void {
    entry.unlink()
    entry.previous = this.#ring.previous
    entry.next = this.#ring
    this.#ring.previous.next = entry
    this.#ring.previous = entry
  }
}
