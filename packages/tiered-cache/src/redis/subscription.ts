import type { Clock } from '../clock.ts'
import type { BusListener, BusMessage } from '../tiers/bus.ts'

/** A listener, and how far it has been told. */
export class Subscription {
  readonly #listener: BusListener
  readonly #clock: Clock
  #toldAllAt: number | undefined
  #hasCaughtUp = false
  #isEnded = false

  constructor(listener: BusListener, clock: Clock) {
    this.#listener = listener
    this.#clock = clock
  }

  /** How long ago an answer of Redis showed that everything had been told. */
  get silentMs(): number {
    return this.#toldAllAt === undefined ? Infinity : this.#clock.monotonic() - this.#toldAllAt
  }

  /** Stays true over a reconnection: `silentMs` says what it may be behind then. */
  get hasCaughtUp(): boolean {
    return this.#hasCaughtUp
  }

  /** Everything that was published before the subscription began has been told, with what is told next. */
  caughtUp(): void {
    this.#hasCaughtUp = true
  }

  /** Everything that was published before now has been told. */
  toldAll(): void {
    this.#toldAllAt = this.#clock.monotonic()
    this.#hasCaughtUp = true
  }

  message(message: BusMessage, cursor: string): void {
    this.#tell(() => this.#listener.message(message, cursor))
  }

  /** Nothing that was published earlier is owed any more. */
  gap(cursor: string): void {
    this.caughtUp()
    this.#tell(() => this.#listener.gap(cursor))
    this.toldAll()
  }

  /** The listener hears nothing from now on. */
  end(): void {
    this.#isEnded = true
  }

  #tell(what: () => void): void {
    if (this.#isEnded) return
    try {
      what()
    } catch {
      // A listener that breaks its word does not end the reading for good.
    }
  }
}
