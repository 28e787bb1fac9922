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
 * A bounded map of breakers, one per key: a host, a tenant, a model. Iterated it gives each key with its breaker, which
 * counts as no use.
 *
 * Once it holds `max` of them, a new key removes the one that was asked for least recently, and with it the failures that
 * it has counted. Spared are those that know of a fault: isolated and disabled ones, and open ones while they refuse calls,
 * so long as these are no more than half of `max`: upstreams that are down and that nobody asks for any more would otherwise
 * leave the others no room to count in. Where all are spared, the least recent open one goes first, isolated and disabled
 * ones last. A call under way on a removed breaker goes on as it would have. All operations are O(1).
 */
export class BreakerRegistry {
  readonly #max: number
  readonly #create: (key: string) => BreakerOptions
  readonly #entries = new Map<string, Entry>()
  /** Closed or half-open. */
  readonly #ordinary = new RecencyList()
  readonly #open = new RecencyList()
  /** Isolated or disabled: somebody wanted it so. */
  readonly #manual = new RecencyList()
  #uses = 0

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
    this.#use(entry)
    return entry.breaker
  }

  /** Each key with its breaker, in the order in which they were made. */
  *[Symbol.iterator](): IterableIterator<readonly [key: string, breaker: Breaker]> {
    for (const { key, breaker } of this.#entries.values()) yield [key, breaker]
  }

  #add(key: string): Entry {
    assertName('key', key)
    const options = this.#create(key)
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`the answer of create must be an object, got ${shown(options)}`)
    }
    const entry = new Entry(key, new Breaker({ ...options, name: options.name ?? key }))
    if (this.#entries.size >= this.#max) this.#removeOne()
    entry.off = entry.breaker.on('state', () => this.#use(entry))
    this.#entries.set(key, entry)
    return entry
  }

  #use(entry: Entry): void {
    entry.usedAt = ++this.#uses
    this.#listOf(entry.breaker).append(entry)
  }

  #listOf({ state }: Breaker): RecencyList {
    if (state === 'open') return this.#open
    return state === 'isolated' || state === 'disabled' ? this.#manual : this.#ordinary
  }

  #removeOne(): void {
    const entry = this.#leastWorth()
    entry.off?.()
    entry.list?.remove(entry)
    this.#entries.delete(entry.key)
  }

  #leastWorth(): Entry {
    const ordinary = this.#ordinary.leastRecent
    const open = this.#open.leastRecent
    if (ordinary === undefined) return (open ?? this.#manual.leastRecent) as Entry
    return open !== undefined && open.usedAt < ordinary.usedAt && !this.#isSpared(open) ? open : ordinary
  }

  #isSpared({ breaker }: Entry): boolean {
    return this.#open.size <= this.#max / 2 && breaker.stats().retryAfterMs > 0
  }
}

/** A link of a list; a list is a ring around a link of its own. */
class Link {
  previous: Link = this
  next: Link = this
}

class Entry extends Link {
  readonly key: string
  readonly breaker: Breaker
  off: (() => void) | undefined
  list: RecencyList | undefined
  /** When it was last used, counted in uses of any: this compares entries of two lists. */
  usedAt = 0

  constructor(key: string, breaker: Breaker) {
    super()
    this.key = key
    this.breaker = breaker
  }
}

/** Entries in the order of their use. A Map that is deleted from and set again would do, but finds its first in O(n). */
class RecencyList {
  readonly #ring = new Link()
  size = 0

  get leastRecent(): Entry | undefined {
    const { next } = this.#ring
    return next instanceof Entry ? next : undefined
  }

  /** Makes the entry the most recent of this list, whichever it was in. */
  append(entry: Entry): void {
    entry.list?.remove(entry)
    entry.list = this
    entry.previous = this.#ring.previous
    entry.next = this.#ring
    this.#ring.previous.next = entry
    this.#ring.previous = entry
    this.size++
  }

  /** Takes out an entry that is in this list. */
  remove(entry: Entry): void {
    entry.previous.next = entry.next
    entry.next.previous = entry.previous
    entry.list = undefined
    this.size--
  }
}
