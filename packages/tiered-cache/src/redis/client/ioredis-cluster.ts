import { type IoredisInstance, OWN_IOREDIS_OPTIONS } from './ioredis-client.ts'
import { IoredisConnection, type IoredisEmitter } from './ioredis-connection.ts'
import type { OwnClient } from './redis-client.ts'
import { TurnCork } from './turn-cork.ts'

/** A `Cluster` of ioredis or iovalkey. */
export interface IoredisClusterInstance extends IoredisEmitter {
  nodes(role: 'master'): readonly IoredisInstance[]
  duplicate(startupNodes: readonly never[], overrides: object): IoredisClusterInstance
  on(event: 'error' | 'end' | 'connect', listener: (error: Error) => void): unknown
  on(event: 'messageBuffer', listener: (channel: Buffer, message: Buffer) => void): unknown
  on(event: '+node', listener: (node: IoredisInstance) => void): unknown
}

/** A client of ioredis or iovalkey for a cluster: it finds the node of a command by its keys. */
export class IoredisCluster extends IoredisConnection<IoredisClusterInstance> {
  readonly isCluster = true
  readonly #cork: TurnCork = new TurnCork()

  duplicate(): OwnClient {
    const overrides = {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: null,
      redisOptions: OWN_IOREDIS_OPTIONS,
    }
    return new IoredisCluster(this.client.duplicate([], overrides))
  }

  protected holdSockets(): void {
    for (const { stream } of this.client.nodes('master')) this.#cork.hold(stream)
  }

  protected unrefSockets(): void {
    this.client.on('+node', (node) => node.on('connect', () => node.stream?.unref()))
  }
}
