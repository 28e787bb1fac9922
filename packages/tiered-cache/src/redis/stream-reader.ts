import type { BusListener } from '../tiers/bus.ts'
import type { RedisCommands } from './commands.ts'
import { HELLO } from './message-body.ts'
import { type BusTiming, ReaderConnection } from './reader-connection.ts'
import type { BusReader } from './redis-bus.ts'
import type { SentMessages } from './sent-messages.ts'
import { BATCH, RedisStream, type StreamEntry, type StreamKey } from './stream.ts'
import { isAfter, isStreamId } from './stream-id.ts'
import { Subscription } from './subscription.ts'

/** What a reader works with, beside a connection. */
export interface StreamReaderSetting extends StreamKey, BusTiming {
  /** By this bus. */
  readonly sent: SentMessages
}

/**
 * One subscription to a chained stream: tells each message in order, and a gap where one may be missing.
 *
 * The position is the id of the last entry told, and never `0-0`: an empty stream gets a hello first. An entry that does not
 * name the position as its predecessor shows that others were lost, at any time, not after a reconnection alone. A quiet stream
 * is asked by heartbeat whether it still holds the position. At a gap the tip is read before the listener is told: what is
 * published later is read, what was published earlier is covered by the gap. A message of this very bus that does not come shows that the
 * stream was rolled back.
 */
export class StreamReader implements BusReader {
  readonly #connection: ReaderConnection
  readonly #subscription: Subscription
  readonly #setting: StreamReaderSetting
  #position: string | undefined
  /** The tip when the subscription began. */
  #goal = ''

  constructor(commands: RedisCommands, setting: StreamReaderSetting, from: string | undefined, listener: BusListener) {
    this.#setting = setting
    this.#subscription = new Subscription(listener, setting.clock)
    this.#connection = new ReaderConnection(commands, setting)
    void this.#connection.run((connection) => this.#read(new RedisStream(connection, setting), from))
  }

  get silentMs(): number {
    return this.#subscription.silentMs
  }

  get hasCaughtUp(): boolean {
    return this.#subscription.hasCaughtUp
  }

  stop(): void {
    this.#subscription.end()
    this.#connection.stop()
  }

  async #read(stream: RedisStream, from: string | undefined): Promise<void> {
    while (!this.#connection.isStopped) {
      const position = this.#position ?? (await this.#begin(stream, from))
      const { sent, beatMs } = this.#setting
      const owed = sent.oldest
      const entries = await this.#connection.answer(() => stream.after(position, beatMs))
      await (entries.length === 0 ? this.#beat(stream, position, owed) : this.#take(stream, entries))
      this.#connection.reset()
    }
  }

  /** Without a usable cursor nothing that was stored before is to be trusted. */
  async #begin(stream: RedisStream, from: string | undefined): Promise<string> {
    if (!isStreamId(from)) return this.#gap(stream)
    const tip = await this.#connection.answer(() => stream.tip())
    if (tip === undefined || isAfter(from, tip)) return this.#gap(stream)
    this.#position = from
    this.#goal = tip
    if (tip === from) this.#subscription.toldAll()
    return from
  }

  /** A read that blocks does not learn of FLUSHALL or DEL: ask. `owed` is a message that should have come. */
  async #beat(stream: RedisStream, position: string, owed: string | undefined): Promise<void> {
    const isThere = await this.#connection.answer(() => stream.holds(position))
    if (owed !== undefined) await this.#gap(stream)
    else if (!isThere && (await this.#connection.answer(() => stream.tip())) !== position) await this.#gap(stream)
    this.#subscription.toldAll()
  }

  async #take(stream: RedisStream, entries: readonly StreamEntry[]): Promise<void> {
    for (const [index, { id, predecessor, body }] of entries.entries()) {
      if (this.#connection.isStopped) return
      const isNext = predecessor === this.#position && this.#setting.sent.read(id)
      if (!isNext || body === undefined) return this.#takeAfterGap(stream, entries.slice(index))
      this.#position = id
      if (!this.#subscription.hasCaughtUp && !isAfter(this.#goal, id)) this.#subscription.caughtUp()
      if (body !== 'hello') this.#subscription.message(body, id)
    }
    // A full answer says nothing of what comes after it.
    if (entries.length < BATCH) this.#subscription.toldAll()
  }

  /** The gap covers these entries; they are told all the same, as they are at hand. */
  async #takeAfterGap(stream: RedisStream, entries: readonly StreamEntry[]): Promise<void> {
    const cursor = await this.#gap(stream)
    for (const { body } of entries) {
      if (body !== undefined && body !== 'hello') this.#subscription.message(body, cursor)
    }
  }

  /** Tells the gap and goes on from the tip. */
  async #gap(stream: RedisStream): Promise<string> {
    const { sent } = this.#setting
    sent.forgetAll()
    const tip = await this.#connection.answer(async () => (await stream.tip()) ?? stream.append(HELLO))
    this.#position = tip
    sent.goOnAfter(tip)
    this.#subscription.gap(tip)
    return tip
  }
}
