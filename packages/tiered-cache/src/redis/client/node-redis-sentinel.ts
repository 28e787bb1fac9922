import type { Reply } from '../commands.ts'
import { commandArguments } from './command-arguments.ts'
import type { ErrorEmitter } from './error-listener.ts'
import { inResp2Form, SEND_OPTIONS, type SendOptions } from './node-redis-replies.ts'
import type { OwnClient } from './redis-client.ts'

/** What `createSentinel` of node-redis makes. */
export interface NodeRedisSentinelInstance extends ErrorEmitter {
  readonly isOpen: boolean
  readonly isReady: boolean
  sendCommand(isReadonly: false, args: readonly (string | Buffer)[], options: SendOptions): Promise<unknown>
  subscribe(channel: string, listener: (message: Buffer) => void, bufferMode: true): Promise<unknown>
  unsubscribe(channel: string, listener: (message: Buffer) => void, bufferMode: true): Promise<unknown>
  /** Not in node-redis 5. */
  duplicate?(): NodeRedisSentinelInstance
  connect(): Promise<unknown>
  /** Answers a promise, in whichever version. */
  destroy(): Promise<unknown>
}

const NO_DUPLICATE =
  'node-redis 5 has no second connection behind Sentinel: give the bus a client of node-redis 6 or ioredis'

/**
 * A client of node-redis behind Sentinel. A duplicate has the options of its original, which nobody can read: it follows the
 * master by itself, and keeps the process alive until it is closed.
 */
export class NodeRedisSentinel implements OwnClient {
  readonly isCluster = false
  readonly #client: NodeRedisSentinelInstance

  constructor(client: NodeRedisSentinelInstance) {
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
    return inResp2Form(command[0], this.#client.sendCommand(false, commandArguments(command), SEND_OPTIONS))
  }

  duplicate(): OwnClient {
    const another = this.#client.duplicate?.()
    if (another === undefined) throw new TypeError(NO_DUPLICATE)
    return new NodeRedisSentinel(another)
  }

  connect(): Promise<unknown> {
    return this.#client.connect()
  }

  async subscribe(channel: string, listener: (message: Buffer) => void): Promise<() => Promise<unknown>> {
    await this.#client.subscribe(channel, listener, true)
    return () => this.#client.unsubscribe(channel, listener, true)
  }

  /** It finds the master anew by itself: what it emits meanwhile is no loss. */
  onLost(): void {
    this.#client.on('error', () => {})
  }

  destroy(): void {
    this.#client.destroy().catch(() => {})
  }
}
