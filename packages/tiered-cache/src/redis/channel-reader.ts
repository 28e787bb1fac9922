import { randomUUID } from 'node:crypto'
import type { BusListener } from '../tiers/bus.ts'
import type { RedisCommands } from './commands.ts'
import { parseBody } from './message-body.ts'
import { type BusTiming, ReaderConnection } from './reader-connection.ts'
import type { BusReader } from './redis-bus.ts'
import { Subscription } from './subscription.ts'

/** A channel has no past to go on from. */
const CURSOR = ''
const PING = 'ping:'

/**
 * One subscription to a channel: tells each message that arrives, and a gap wherever some may not have: when the channel is first
 * heard, each time it is heard over a new connection, and at what nobody can read. Nobody tells that a connection is dead, so
 * the reader publishes pings of its own, by `commands`, and takes another connection where one does not come back.
 */
export class ChannelReader implements BusReader {
  readonly #commands: RedisCommands
  readonly #channel: string
  readonly #beatMs: number
  readonly #connection: ReaderConnection
  readonly #subscription: Subscription
  readonly #ownPing = `${PING}${randomUUID()}:`
  #pings = 0
  #pingHeard: ((text: string) => void) | undefined

  constructor(commands: RedisCommands, channel: string, timing: BusTiming, listener: BusListener) {
    this.#commands = commands
    this.#channel = channel
    this.#beatMs = timing.beatMs
    this.#subscription = new Subscription(listener, timing.clock)
    this.#connection = new ReaderConnection(commands, timing)
    void this.#connection.run((connection) => this.#hear(connection))
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

  async #hear(connection: RedisCommands): Promise<void> {
    let isHeard = true
    const gap = (): void => {
      if (isHeard) this.#subscription.gap(CURSOR)
    }
    const take = (message: Buffer): void => {
      if (isHeard) this.#take(message.toString())
    }
    try {
      await this.#connection.answer(() => connection.subscribe(this.#channel, take, gap))
      // After the subscription: what is published from now on arrives.
      gap()
      while (!this.#connection.isStopped) {
        await this.#ping()
        await this.#connection.pause(this.#beatMs)
      }
    } finally {
      // What still arrives over it comes before the gap of the next, or would be told twice.
      isHeard = false
    }
  }

  #take(text: string): void {
    if (text.startsWith(PING)) return this.#pingHeard?.(text)
    const body = parseBody(text)
    if (body === undefined) this.#subscription.gap(CURSOR)
    else if (body !== 'hello') this.#subscription.message(body, CURSOR)
  }

  /** Everything that was published before a ping arrives before it. */
  async #ping(): Promise<void> {
    const ping = `${this.#ownPing}${++this.#pings}`
    const heard = new Promise<void>((resolve) => {
      this.#pingHeard = (text) => text === ping && resolve()
    })
    if (!(await this.#isSent(ping))) return
    await this.#connection.answer(() => heard)
    this.#subscription.toldAll()
    this.#connection.reset()
  }

  /** Where it cannot be sent, its absence shows nothing. */
  async #isSent(ping: string): Promise<boolean> {
    try {
      await this.#connection.answer(() => this.#commands.send(this.#channel, ['PUBLISH', this.#channel, ping]))
      return true
    } catch {
      return false
    }
  }
}
