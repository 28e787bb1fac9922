import type { Reply } from '../commands.ts'
import { commandArguments } from './command-arguments.ts'
import type { ErrorEmitter } from './error-listener.ts'
import { inResp2Form, SEND_OPTIONS, type SendOptions } from './node-redis-replies.ts'
import { CONNECT_TIMEOUT_MS, type OwnClient } from './redis-client.ts'

/** What `createClient` of node-redis makes. */
export interface NodeRedisInstance extends ErrorEmitter {
  readonly isOpen: boolean
  readonly isReady: boolean
  readonly options?: { readonly socket?: object | undefined } | undefined
  sendCommand(args: readonly (string | Buffer)[], options: SendOptions): Promise<unknown>
  subscribe(channel: string, listener: (message: Buffer) => void, bufferMode: true): Promise<unknown>
  unsubscribe(channel: string, listener: (message: Buffer) => void, bufferMode: true): Promise<unknown>
  duplicate(overrides: object): NodeRedisInstance
  connect(): Promise<unknown>
  on(event: 'error' | 'end', listener: (error: Error) => void): unknown
  unref(): void
  destroy(): void
}

/** Options of a connection of our own, over the ones of the client that it duplicates. */
export function ownNodeRedisOptions(socket: object | undefined): object {
  return {
    disableOfflineQueue: true,
    pingInterval: undefined,
    clientSideCache: undefined,
    emitInvalidate: undefined,
    // A server that is about to move makes it change sockets; a reconnection of ours does as well.
    maintNotifications: 'disabled',
    // It waits for the next attempt by a timer that keeps the process alive: attempts are ours.
    socket: { ...socket, connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: undefined, reconnectStrategy: false },
  }
}

/** A client of node-redis for one server. */
export class NodeRedisClient implements OwnClient {
  readonly isCluster = false
  readonly #client: NodeRedisInstance

  constructor(client: NodeRedisInstance) {
    this.#client = client
  }

  get isReady(): boolean {
    return this.#client.isReady
  }

  get isUnconnected(): boolean {
    return !this.#client.isOpen
  }

  isReadyFor(): boolean {
    return this.#client.isReady
  }

  send(_key: string, command: readonly (string | Uint8Array)[]): Promise<Reply> {
    return inResp2Form(command[0], this.#client.sendCommand(commandArguments(command), SEND_OPTIONS))
  }

  duplicate(): OwnClient {
    return new NodeRedisClient(this.#client.duplicate(ownNodeRedisOptions(this.#client.options?.socket)))
  }

  connect(): Promise<unknown> {
    this.#client.unref()
    return this.#client.connect()
  }

  async subscribe(channel: string, listener: (message: Buffer) => void): Promise<() => Promise<unknown>> {
    await this.#client.subscribe(channel, listener, true)
    return () => this.#client.unsubscribe(channel, listener, true)
  }

  onLost(listener: (error: unknown) => void): void {
    this.#client.on('error', listener)
    this.#client.on('end', listener)
  }

  destroy(): void {
    this.#client.destroy()
  }
}
