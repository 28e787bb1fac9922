import { type Clock, systemClock } from '../../clock.ts'
import { withinDeadline } from '../../deadline.ts'
import { keepAlive } from '../../keep-alive.ts'
import type { RedisCommands, Reply } from '../commands.ts'
import { plainError } from './plain-error.ts'
import type { OwnClient } from './redis-client.ts'
import { retryDelayMs } from './retry-delay.ts'

/** To connect, to log in and to subscribe; longer than a client takes to give up a connection. */
const OPEN_WITHIN_MS = 5_000
const DRAIN_WITHIN_MS = 2_000
/** So long no answer to anything, and the other side is taken for gone: a host that vanished would be missed for a quarter of an hour. */
const SILENT_MS = 10_000

/** Callers wait for less: a process that has nothing else to do may end then. */
const WAITED_FOR_MS = 1_000

/** A connection of our own. */
export interface OwnedConnection {
  readonly isCluster: boolean
  /** A new client for each attempt to connect. */
  readonly make: () => OwnClient
  /** Whether `close` waits for what is under way, 2 s at most. Not where commands block. */
  readonly drains: boolean
  /** What no error may show. */
  readonly secrets?: readonly string[] | undefined
  /** Default the one of the machine. */
  readonly clock?: Clock | undefined
}

interface Subscription {
  readonly channel: string
  readonly listener: (message: Buffer) => void
  readonly renewed: (() => void) | undefined
  end: (() => Promise<unknown>) | undefined
}

/**
 * The commands over a connection of our own: kept up from `open` to `close`, by a new client for each attempt. What is sent while it
 * is down is refused at once. Neither the connection nor the wait for the next attempt keeps the process alive; the wait for an answer does.
 */
export class OwnedCommands implements RedisCommands {
  readonly isCluster: boolean
  readonly #connection: OwnedConnection
  readonly #clock: Clock
  readonly #subscriptions = new Set<Subscription>()
  #client: OwnClient | undefined
  /** The attempt under way, or the one that made the connection. */
  #opening: Promise<void> | undefined
  #isUp = false
  #isFirst = true
  #isClosed = false
  #failures = 0
  #lastError: Error | undefined
  #cancelRetry = (): void => {}
  #underWay = 0
  #answeredAt = 0
  #drained: (() => void) | undefined
  #alive: NodeJS.Timeout | undefined

  constructor(connection: OwnedConnection) {
    this.isCluster = connection.isCluster
    this.#connection = connection
    this.#clock = connection.clock ?? systemClock
  }

  get isReady(): boolean {
    return this.#isUp && !this.#isClosed && this.#client?.isReady === true
  }

  async send(key: string, command: readonly (string | Uint8Array)[]): Promise<Reply> {
    // The first attempt alone is waited for: a cache that was just made is not one without Redis.
    if (this.#isFirst && this.#opening !== undefined && !this.#isUp) await keepAlive(this.#opening.catch(() => {}))
    const client = this.#client
    if (!this.#isUp || this.#isClosed || client?.isReadyFor(key) !== true) throw this.#notConnected()
    this.#begin(client)
    try {
      return await client.send(key, command)
    } catch (error) {
      throw this.#plain(error)
    } finally {
      this.#end()
    }
  }

  /** The outcome of the attempt under way, or of a new one; further ones follow by themselves. */
  open(): Promise<void> {
    if (this.#isClosed) return Promise.reject(this.#notConnected())
    this.#cancelRetry()
    this.#opening ??= this.#connect()
    return this.#opening
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelRetry()
    if (this.#connection.drains && this.#underWay > 0) await this.#drain()
    const client = this.#client
    this.#client = undefined
    // An attempt under way breaks its client itself when it is through: node-redis 5 cannot be stopped in the midst of one.
    if (this.#isUp) destroy(client)
    this.#isUp = false
    this.#subscriptions.clear()
  }

  duplicate(): RedisCommands {
    return new OwnedCommands({ ...this.#connection, drains: false })
  }

  async subscribe(channel: string, listener: (message: Buffer) => void, renewed?: () => void): Promise<() => void> {
    const client = this.#client
    if (!this.isReady || client === undefined) throw this.#notConnected()
    const subscription: Subscription = { channel, listener, renewed, end: undefined }
    this.#subscriptions.add(subscription)
    try {
      subscription.end = await client.subscribe(channel, listener)
    } catch (error) {
      this.#subscriptions.delete(subscription)
      throw this.#plain(error)
    }
    return () => this.#unsubscribe(subscription)
  }

  #unsubscribe(subscription: Subscription): void {
    if (this.#subscriptions.delete(subscription)) subscription.end?.().catch(() => {})
  }

  async #connect(): Promise<void> {
    let client: OwnClient | undefined
    try {
      client = this.#connection.make()
      await this.#login(client)
    } catch (error) {
      this.#fail(client, error)
      destroy(client)
      throw this.#isClosed ? this.#notConnected() : (this.#lastError ?? this.#plain(error))
    }
  }

  async #login(client: OwnClient): Promise<void> {
    this.#client = client
    client.onLost((error) => this.#fail(client, error))
    await withinDeadline(() => this.#connectAndSubscribe(client), OPEN_WITHIN_MS, this.#clock)
    // It was lost again meanwhile, or is not wanted any more.
    if (this.#client !== client || this.#isClosed) throw this.#notConnected()
    this.#isUp = true
    this.#failures = 0
    this.#lastError = undefined
    for (const { renewed } of this.#subscriptions) renewed?.()
  }

  async #connectAndSubscribe(client: OwnClient): Promise<void> {
    await client.connect()
    for (const each of this.#subscriptions) each.end = await client.subscribe(each.channel, each.listener)
  }

  /** The client is of no more use. An attempt tells its first error: later ones follow from it. */
  #fail(client: OwnClient | undefined, error: unknown): void {
    if (client !== this.#client) return
    this.#client = undefined
    this.#isUp = false
    this.#isFirst = false
    this.#opening = undefined
    this.#lastError = this.#plain(error)
    // Later, so that commands under way get the client's error, and not that it was broken.
    queueMicrotask(() => destroy(client))
    if (this.#isClosed) return
    this.#failures++
    const again = (): void => {
      this.open().catch(() => {})
    }
    this.#cancelRetry = this.#clock.setTimer(again, retryDelayMs(this.#failures))
  }

  #begin(client: OwnClient): void {
    const now = this.#clock.monotonic()
    if (this.#underWay++ === 0) this.#waitBegins(now)
    else this.#alive?.refresh()
    if (this.#connection.drains && now - this.#answeredAt > SILENT_MS) this.#fail(client, new Error('no answer'))
  }

  #end(): void {
    this.#answeredAt = this.#clock.monotonic()
    if (--this.#underWay > 0) return
    clearTimeout(this.#alive)
    this.#drained?.()
  }

  /** Whoever waits for an answer is not to see his process end, though the connection itself does not keep it alive. */
  #waitBegins(now: number): void {
    this.#answeredAt = now
    if (this.#connection.drains) this.#alive = setTimeout(() => {}, WAITED_FOR_MS)
  }

  async #drain(): Promise<void> {
    const drained = new Promise<void>((resolve) => (this.#drained = resolve))
    await withinDeadline(() => drained, DRAIN_WITHIN_MS, this.#clock).catch(() => {})
  }

  #plain(error: unknown): Error {
    return plainError(error, this.#connection.secrets)
  }

  #notConnected(): Error {
    if (this.#isClosed) return new Error('the Redis client is closed')
    const why = this.#lastError === undefined ? '' : `: ${this.#lastError.message}`
    return new Error(`the Redis client is not connected${why}`)
  }
}

function destroy(client: OwnClient | undefined): void {
  try {
    client?.destroy()
  } catch {
    // There was no connection to break.
  }
}
