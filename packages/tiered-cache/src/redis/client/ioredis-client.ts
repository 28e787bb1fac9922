import type { Socket } from 'node:net'
import { IoredisConnection, type IoredisEmitter } from './ioredis-connection.ts'
import { CONNECT_TIMEOUT_MS, type OwnClient } from './redis-client.ts'
import { TurnCork } from './turn-cork.ts'

/** A `Redis` of ioredis or iovalkey, standalone or behind Sentinel. */
export interface IoredisInstance extends IoredisEmitter {
  readonly stream?: Socket | undefined
  duplicate(overrides: object): IoredisInstance
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
export class IoredisClient extends IoredisConnection<IoredisInstance> {
  readonly isCluster = false
  readonly #cork: TurnCork = new TurnCork()

  duplicate(): OwnClient {
    return new IoredisClient(this.client.duplicate(OWN_IOREDIS_OPTIONS))
  }

  protected holdSockets(): void {
    this.#cork.hold(this.client.stream)
  }

  protected unrefSockets(): void {
    this.client.on('connect', () => this.client.stream?.unref())
  }
}
