import type { Socket } from 'node:net'
import type { Reply } from '../commands.ts'
import { commandArguments } from './command-arguments.ts'
import type { ErrorEmitter } from './error-listener.ts'
import { CONNECT_TIMEOUT_MS, type OwnClient } from './redis-client.ts'
import { TurnCork } from './turn-cork.ts'

/** A `Redis` of ioredis or iovalkey, standalone or behind Sentinel. */
export interface IoredisInstance extends ErrorEmitter {
  readonly isCluster: boolean
  readonly status: string
  readonly stream?: Socket | undefined
  readonly options: IoredisOptions
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  duplicate(overrides: object): IoredisInstance
  connect(): Promise<unknown>
  on(event: 'error' | 'end' | 'connect', listener: (error: Error) => void): unknown
  on(event: 'messageBuffer', listener: (channel: Buffer, message: Buffer) => void): unknown
  off(event: 'messageBuffer', listener: (channel: Buffer, message: Buffer) => void): unknown
  disconnect(): void
}

/** The options that the tier cannot work with. */
export interface IoredisOptions {
  readonly keyPrefix?: string | undefined
  readonly scaleReads?: unknown
  readonly stringNumbers?: boolean | undefined
  readonly replyMapping?: string | undefined
  readonly redisOptions?: IoredisOptions | undefined
}

/** Options of a connection of our own, over the ones of the client that it duplicates. */
export const OWN_IOREDIS_OPTIONS: object = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  enableAutoPipelining: false,
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT_TIMEOUT_MS,
  // They would end a command that blocks.
  commandTimeout: undefined,
  blockingTimeout: undefined,
  socketTimeout: undefined,
  // It waits for the next attempt by a timer that keeps the process alive: attempts are ours.
  retryStrategy: null,
  sentinelRetryStrategy: null,
  reconnectOnError: null,
}

/** A client of ioredis or iovalkey for one server. */
export class IoredisClient implements OwnClient {
  readonly isCluster = false
  readonly #client: IoredisInstance
  readonly #cork: TurnCork = new TurnCork()

  constructor(client: IoredisInstance) {
    this.#client = client
  }

  get isReady(): boolean {
    return this.#client.status === 'ready'
  }

  get isUnconnected(): boolean {
    return this.#client.status === 'wait'
  }

  isReadyFor(): boolean {
    return this.#client.status === 'ready'
  }

  send(_key: string, command: readonly (string | Uint8Array)[]): Promise<Reply> {
    // ioredis else writes each command to the socket by itself.
    this.#cork.hold(this.#client.stream)
    return callBuffer(this.#client, command)
  }

  duplicate(): OwnClient {
    return new IoredisClient(this.#client.duplicate(OWN_IOREDIS_OPTIONS))
  }

  connect(): Promise<unknown> {
    return this.#client.connect()
  }

  subscribe(channel: string, listener: (message: Buffer) => void): Promise<() => Promise<unknown>> {
    return subscribeTo(this.#client, channel, listener)
  }

  onLost(listener: (error: unknown) => void): void {
    this.#client.on('error', listener)
    this.#client.on('end', listener)
    this.#client.on('connect', () => this.#client.stream?.unref())
  }

  destroy(): void {
    this.#client.disconnect()
  }
}

/**
 * A command with its reply in bytes. By the method of its name, in small letters: with auto-pipelining ioredis loses the name in
 * `callBuffer`, and ioredis 5 finds the keys of no other letters.
 */
export async function callBuffer(client: object, command: readonly (string | Uint8Array)[]): Promise<Reply> {
  const [first, ...rest] = commandArguments(command)
  const name = String(first).toLowerCase()
  const methods = client as Readonly<Record<string, ((args: readonly unknown[]) => Promise<Reply>) | undefined>>
  const known = `${name}Buffer`
  if (methods[known] === undefined) throw new Error(`unknown command to ioredis: ${name}`)
  return methods[known](rest)
}

export async function subscribeTo(
  client: Pick<IoredisInstance, 'on' | 'off' | 'subscribe' | 'unsubscribe'>,
  channel: string,
  listener: (message: Buffer) => void,
): Promise<() => Promise<unknown>> {
  const onMessage = (from: Buffer, message: Buffer): void => {
    if (from.toString() === channel) listener(message)
  }
  client.on('messageBuffer', onMessage)
  await client.subscribe(channel)
  return () => {
    client.off('messageBuffer', onMessage)
    return client.unsubscribe(channel)
  }
}
