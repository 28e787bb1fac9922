import { NodeRedisConnection, type NodeRedisEmitter } from './node-redis-connection.ts'
import { SEND_OPTIONS, type SendOptions } from './node-redis-replies.ts'
import { CONNECT_TIMEOUT_MS, type OwnClient } from './redis-client.ts'

/** What `createClient` of node-redis makes. */
export interface NodeRedisInstance extends NodeRedisEmitter {
  readonly options?: { readonly socket?: object | undefined } | undefined
  sendCommand(args: readonly (string | Buffer)[], options: SendOptions): Promise<unknown>
  duplicate(overrides: object): NodeRedisInstance
  on(event: 'error' | 'end', listener: (error: Error) => void): unknown
  unref(): void
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
export class NodeRedisClient extends NodeRedisConnection<NodeRedisInstance> {
  readonly isCluster = false

  duplicate(): OwnClient {
    return new NodeRedisClient(this.client.duplicate(ownNodeRedisOptions(this.client.options?.socket)))
  }

  override connect(): Promise<unknown> {
    this.client.unref()
    return super.connect()
  }

  onLost(listener: (error: unknown) => void): void {
    this.client.on('error', listener)
    this.client.on('end', listener)
  }

  protected sendArguments(_key: string, args: readonly (string | Buffer)[]): Promise<unknown> {
    return this.client.sendCommand(args, SEND_OPTIONS)
  }
}
