import { slotOf } from '../cluster-slot.ts'
import type { Reply } from '../commands.ts'
import { commandArguments } from './command-arguments.ts'
import type { ErrorEmitter } from './error-listener.ts'
import { ownNodeRedisOptions } from './node-redis-client.ts'
import { inResp2Form, SEND_OPTIONS, type SendOptions } from './node-redis-replies.ts'
import type { OwnClient } from './redis-client.ts'

interface ClusterNode {
  readonly client?: { readonly isReady: boolean; unref(): void } | undefined
}

/** What `createCluster` of node-redis makes. */
export interface NodeRedisClusterInstance extends ErrorEmitter {
  readonly isOpen: boolean
  /** Not in node-redis 5. */
  readonly isReady?: boolean | undefined
  readonly slots: readonly ({ readonly master: ClusterNode } | undefined)[]
  readonly masters: readonly ClusterNode[]
  readonly pubSubNode?: ClusterNode | undefined
  /** What it was made with; not documented, but `duplicate` replaces `defaults`, with the credentials in it, as a whole. */
  readonly _options?: { readonly defaults?: { readonly socket?: object | undefined } | undefined } | undefined
  sendCommand(
    firstKey: string,
    isReadonly: false,
    args: readonly (string | Buffer)[],
    options: SendOptions,
  ): Promise<unknown>
  subscribe(channel: string, listener: (message: Buffer) => void, bufferMode: true): Promise<unknown>
  unsubscribe(channel: string, listener: (message: Buffer) => void, bufferMode: true): Promise<unknown>
  duplicate(overrides: object): NodeRedisClusterInstance
  connect(): Promise<unknown>
  on(event: 'error' | 'node-error' | 'node-connect', listener: (error: Error) => void): unknown
  destroy(): void
}

/** A client of node-redis for a cluster. Reads go to masters, whatever its owner set: a replica may be behind. */
export class NodeRedisCluster implements OwnClient {
  readonly isCluster = true
  readonly #client: NodeRedisClusterInstance

  constructor(client: NodeRedisClusterInstance) {
    this.#client = client
  }

  get isReady(): boolean {
    return this.#client.isReady ?? (this.#client.isOpen && this.#client.masters.length > 0)
  }

  get isUnconnected(): boolean {
    return !this.#client.isOpen
  }

  /** A node that is gone would hold its commands back until it returns; one not used yet connects by its first command. */
  isReadyFor(key: string): boolean {
    return this.isReady && this.#client.slots[slotOf(key)]?.master.client?.isReady !== false
  }

  send(key: string, command: readonly (string | Uint8Array)[]): Promise<Reply> {
    return inResp2Form(command[0], this.#client.sendCommand(key, false, commandArguments(command), SEND_OPTIONS))
  }

  /** It connects to the nodes alone that it is used for. */
  duplicate(): OwnClient {
    const defaults = this.#client['_options']?.defaults
    const own = { ...defaults, ...ownNodeRedisOptions(defaults?.socket) }
    return new NodeRedisCluster(this.#client.duplicate({ minimizeConnections: true, defaults: own }))
  }

  connect(): Promise<unknown> {
    return this.#client.connect()
  }

  async subscribe(channel: string, listener: (message: Buffer) => void): Promise<() => Promise<unknown>> {
    await this.#client.subscribe(channel, listener, true)
    return () => this.#client.unsubscribe(channel, listener, true)
  }

  /** Discovery emits an error for each node that does not answer, and goes on: only one that was in use is a loss. */
  onLost(listener: (error: unknown) => void): void {
    this.#client.on('error', () => {})
    this.#client.on('node-error', listener)
    this.#client.on('node-connect', () => this.#unref())
  }

  destroy(): void {
    this.#client.destroy()
  }

  #unref(): void {
    for (const node of [...this.#client.masters, this.#client.pubSubNode]) node?.client?.unref()
  }
}
