import { slotOf } from '../cluster-slot.ts'
import { ownNodeRedisOptions } from './node-redis-client.ts'
import { NodeRedisConnection, type NodeRedisEmitter } from './node-redis-connection.ts'
import { SEND_OPTIONS, type SendOptions } from './node-redis-replies.ts'
import type { OwnClient } from './redis-client.ts'

interface ClusterNode {
  readonly client?: { readonly isReady: boolean; unref(): void } | undefined
}

/** What `createCluster` of node-redis makes. */
export interface NodeRedisClusterInstance extends NodeRedisEmitter {
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
  duplicate(overrides: object): NodeRedisClusterInstance
  on(event: 'error' | 'node-error' | 'node-connect', listener: (error: Error) => void): unknown
}

/** A client of node-redis for a cluster. Reads go to masters, whatever its owner set: a replica may be behind. */
export class NodeRedisCluster extends NodeRedisConnection<NodeRedisClusterInstance> {
  readonly isCluster = true

  override get isReady(): boolean {
    return this.client.isReady ?? (this.client.isOpen && this.client.masters.length > 0)
  }

  /** A node that is gone would hold its commands back until it returns; one not used yet connects by its first command. */
  override isReadyFor(key: string): boolean {
    return this.isReady && this.client.slots[slotOf(key)]?.master.client?.isReady !== false
  }

  /** It connects to the nodes alone that it is used for. */
  duplicate(): OwnClient {
    const defaults = this.client['_options']?.defaults
    const own = { ...defaults, ...ownNodeRedisOptions(defaults?.socket) }
    return new NodeRedisCluster(this.client.duplicate({ minimizeConnections: true, defaults: own }))
  }

  /** Discovery emits an error for each node that does not answer, and goes on: only one that was in use is a loss. */
  onLost(listener: (error: unknown) => void): void {
    this.client.on('error', () => {})
    this.client.on('node-error', listener)
    this.client.on('node-connect', () => this.#unref())
  }

  protected sendArguments(key: string, args: readonly (string | Buffer)[]): Promise<unknown> {
    return this.client.sendCommand(key, false, args, SEND_OPTIONS)
  }

  #unref(): void {
    for (const node of [...this.client.masters, this.client.pubSubNode]) node?.client?.unref()
  }
}
