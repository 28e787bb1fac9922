import type { Reply } from '../commands.ts'
import { commandArguments } from './command-arguments.ts'
import type { ErrorEmitter } from './error-listener.ts'
import { inResp2Form } from './node-redis-replies.ts'
import type { OwnClient } from './redis-client.ts'

/** What the clients of node-redis have in common, whichever function made them. */
export interface NodeRedisEmitter extends ErrorEmitter {
  readonly isOpen: boolean
  /** Not on a cluster of node-redis 5. */
  readonly isReady?: boolean | undefined
  subscribe(channel: string, listener: (message: Buffer) => void, bufferMode: true): Promise<unknown>
  unsubscribe(channel: string, listener: (message: Buffer) => void, bufferMode: true): Promise<unknown>
  connect(): Promise<unknown>
  destroy(): unknown
}

/** A client of node-redis, as far as it is the same for one server, a cluster and Sentinel. */
export abstract class NodeRedisConnection<Instance extends NodeRedisEmitter> implements OwnClient {
  abstract readonly isCluster: boolean
  protected readonly client: Instance

  constructor(client: Instance) {
    this.client = client
  }

  get isReady(): boolean {
    return this.client.isReady === true
  }

  get isUnconnected(): boolean {
    return !this.client.isOpen
  }

  isReadyFor(_key: string): boolean {
    return this.isReady
  }

  protected abstract sendArguments(key: string, args: readonly (string | Buffer)[]): Promise<unknown>

  abstract duplicate(): OwnClient

  abstract onLost(listener: (error: unknown) => void): void

  send(key: string, command: readonly (string | Uint8Array)[]): Promise<Reply> {
    return inResp2Form(command[0], this.sendArguments(key, commandArguments(command)))
  }

  connect(): Promise<unknown> {
    return this.client.connect()
  }

  async subscribe(channel: string, listener: (message: Buffer) => void): Promise<() => Promise<unknown>> {
    await this.client.subscribe(channel, listener, true)
    return () => this.client.unsubscribe(channel, listener, true)
  }

  destroy(): void {
    this.client.destroy()
  }
}
