import { withinDeadline } from '../deadline.ts'
import { keepAlive } from '../keep-alive.ts'
import type { Bus, BusListener, BusMessage } from '../tiers/bus.ts'
import type { Off } from '../tiers/tier.ts'
import type { RedisCommands } from './commands.ts'
import { bodiesOf } from './message-body.ts'
import type { BusTiming } from './reader-connection.ts'

/** One subscription: see {@link Bus} for what it says of itself. */
export interface BusReader {
  readonly silentMs: number
  readonly hasCaughtUp: boolean
  /** Nothing is told from now on. */
  stop(): void
}

/** What messages go through: a stream or a channel. */
export interface BusMedium {
  /** Rejects where Redis has not taken it. */
  send(body: string): Promise<unknown>
  read(from: string | undefined, listener: BusListener): BusReader
}

/** A bus over Redis: publishes over the connection of `commands`, which it closes, and reads over one of the reader's own. */
export class RedisBus implements Bus {
  readonly #commands: RedisCommands
  readonly #timing: BusTiming
  readonly #medium: BusMedium
  #opening: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #reader: BusReader | undefined

  constructor(commands: RedisCommands, timing: BusTiming, medium: BusMedium) {
    this.#commands = commands
    this.#timing = timing
    this.#medium = medium
  }

  /** A message of many keys goes out as several, in order; rejects where one of them was not taken. */
  async publish(message: BusMessage): Promise<void> {
    this.#assertOpen()
    // Each with a deadline of its own: what has been rejected is not sent later, when the connection is there.
    if (!this.#commands.isReady) await keepAlive(this.#inTime(() => this.#open()))
    await this.#inTime(() => Promise.all(bodiesOf(message).map((body) => this.#medium.send(body))))
  }

  subscribe(from: string | undefined, listener: BusListener): Off {
    this.#assertOpen()
    if (this.#reader !== undefined) throw new Error('the bus has a subscription already: it takes one at a time')
    if (!this.#commands.isReady) this.#open().catch(() => {})
    const reader = this.#medium.read(from, listener)
    this.#reader = reader
    return () => {
      reader.stop()
      if (this.#reader === reader) this.#reader = undefined
    }
  }

  get silentMs(): number {
    return this.#reader?.silentMs ?? Infinity
  }

  get hasCaughtUp(): boolean {
    return this.#reader?.hasCaughtUp ?? false
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    this.#reader?.stop()
    this.#reader = undefined
    await this.#commands.close()
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new Error('the bus is closed')
  }

  #inTime<T>(work: () => Promise<T>): Promise<T> {
    return withinDeadline(work, this.#timing.answerWithinMs, this.#timing.clock)
  }

  /** Until it has been open once: then it is kept up without us. */
  #open(): Promise<void> {
    this.#opening ??= this.#commands.open().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }
}
