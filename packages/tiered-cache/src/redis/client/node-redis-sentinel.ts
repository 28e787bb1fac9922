import { NodeRedisConnection, type NodeRedisEmitter } from './node-redis-connection.ts'
import { SEND_OPTIONS, type SendOptions } from './node-redis-replies.ts'
import type { OwnClient } from './redis-client.ts'

/** What `createSentinel` of node-redis makes. */
export interface NodeRedisSentinelInstance extends NodeRedisEmitter {
  sendCommand(isReadonly: false, args: readonly (string | Buffer)[], options: SendOptions): Promise<unknown>
  /** Not in node-redis 5. */
  duplicate?(): NodeRedisSentinelInstance
  /** Answers a promise, in whichever version. */
  destroy(): Promise<unknown>
}

const NO_DUPLICATE =
  'node-redis 5 has no second connection behind Sentinel: give the bus a client of node-redis 6 or ioredis'

/**
 * A client of node-redis behind Sentinel. A duplicate has the options of its original, which nobody can read: it follows the
 * master by itself, and keeps the process alive until it is closed.
 */
export class NodeRedisSentinel extends NodeRedisConnection<NodeRedisSentinelInstance> {
  readonly isCluster = false

  duplicate(): OwnClient {
    const another = this.client.duplicate?.()
    if (another === undefined) throw new TypeError(NO_DUPLICATE)
    return new NodeRedisSentinel(another)
  }

  /** It finds the master anew by itself: what it emits meanwhile is no loss. */
  onLost(): void {
    this.client.on('error', () => {})
  }

  override destroy(): void {
    this.client.destroy().catch(() => {})
  }

  protected sendArguments(_key: string, args: readonly (string | Buffer)[]): Promise<unknown> {
    return this.client.sendCommand(false, args, SEND_OPTIONS)
  }
}
