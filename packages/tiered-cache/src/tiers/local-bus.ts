import { randomUUID } from 'node:crypto'
import type { Bus, BusListener, BusMessage } from './bus.ts'
import type { Off } from './tier.ts'

/** How many messages it keeps for those who come back with a cursor. */
const KEPT = 1_000

/**
 * A bus within one process, for tests: give the same bus to several caches, and they are the nodes.
 *
 * Unlike others it takes any number of subscriptions at a time, each with a cursor of its own. So it has no `close`: that of one
 * cache must not end it for the rest, who leave by their `Off`. Messages are told in order, after the call of `publish` has
 * returned. A cursor is good for the last 1 000 messages of this very bus; any other is a gap.
 */
export function localBus(): Bus {
  return new LocalBus()
}

interface Subscription {
  readonly listener: BusListener
  /** How many messages had been published when it began. */
  readonly begunAt: number
  /** The number of the message to tell next; `undefined` before the first gap. */
  next: number | undefined
  isWoken: boolean
}

class LocalBus implements Bus {
  readonly #id = randomUUID()
  readonly #kept: BusMessage[] = []
  readonly #subscriptions = new Set<Subscription>()
  #published = 0

  async publish(message: BusMessage): Promise<void> {
    this.#kept.push(message)
    if (this.#kept.length > KEPT) this.#kept.shift()
    this.#published++
    for (const subscription of this.#subscriptions) this.#wake(subscription)
  }

  subscribe(from: string | undefined, listener: BusListener): Off {
    const subscription = { listener, begunAt: this.#published, next: this.#numberAt(from), isWoken: false }
    this.#subscriptions.add(subscription)
    this.#wake(subscription)
    return () => {
      this.#subscriptions.delete(subscription)
    }
  }

  /** Never anything between 0 and `Infinity`: nothing cuts it off. */
  get silentMs(): number {
    return this.hasCaughtUp ? 0 : Infinity
  }

  /** Of all its subscriptions. */
  get hasCaughtUp(): boolean {
    return this.#subscriptions.size > 0 && [...this.#subscriptions].every(({ next = -1, begunAt }) => next >= begunAt)
  }

  #cursorAt(number: number): string {
    return `${this.#id}:${number}`
  }

  #numberAt(cursor: string | undefined): number | undefined {
    const [id, number] = cursor?.split(':') ?? []
    return id === this.#id ? Number(number) : undefined
  }

  #wake(subscription: Subscription): void {
    if (subscription.isWoken) return
    subscription.isWoken = true
    queueMicrotask(() => {
      while (this.#subscriptions.has(subscription) && subscription.next !== this.#published) this.#tellOne(subscription)
      subscription.isWoken = false
    })
  }

  #tellOne(subscription: Subscription): void {
    const { next } = subscription
    const message = next === undefined ? undefined : this.#kept[next - this.#published + this.#kept.length]
    subscription.next = message === undefined ? this.#published : (next as number) + 1
    const cursor = this.#cursorAt(subscription.next)
    try {
      if (message === undefined) subscription.listener.gap(cursor)
      else subscription.listener.message(message, cursor)
    } catch {
      // A listener that breaks its word does not end it for the others.
    }
  }
}
