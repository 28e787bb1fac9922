import type { Reply } from '../commands.ts'
import { callBuffer, type IoredisInstance, OWN_IOREDIS_OPTIONS, subscribeTo } from './ioredis-client.ts'
import type { OwnClient } from './redis-client.ts'
import { TurnCork } from './turn-cork.ts'

/** A `Cluster` of ioredis or iovalkey. */
export interface IoredisClusterInstance extends Omit<IoredisInstance, 'duplicate'> {
  nodes(role: 'master'): readonly IoredisInstance[]
  duplicate(startupNodes: readonly never[], overrides: object): IoredisClusterInstance
  on(event: 'error' | 'end' | 'connect', listener: (error: Error) => void): unknown
  on(event: 'messageBuffer', listener: (channel: Buffer, message: Buffer) => void): unknown
  on(event: '+node', listener: (node: IoredisInstance) => void): unknown
}

/** A client of ioredis or iovalkey for a cluster: it finds the node of a command by its keys. */
export class IoredisCluster implements OwnClient {
  readonly isCluster = true
  readonly #client: IoredisClusterInstance
  readonly #cork: TurnCork = new TurnCork()

  constructor(client: IoredisClusterInstance) {
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
    for (const { stream } of this.#client.nodes('master')) this.#cork.hold(stream)
    return callBuffer(this.#client, command)
  }

  duplicate(): OwnClient {
    const overrides = {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: null,
      redisOptions: OWN_IOREDIS_OPTIONS,
    }
    return new IoredisCluster(this.#client.duplicate([], overrides))
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
    this.#client.on('+node', (node) => node.on('connect', () => node.stream?.unref()))
  }

  destroy(): void {
    this.#client.disconnect()
  }
}
