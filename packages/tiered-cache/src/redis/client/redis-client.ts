import type { Reply } from '../commands.ts'

/** How long a connection may take to be made, TLS included; logging in comes on top. */
export const CONNECT_TIMEOUT_MS = 3_000

/** A client of any kind seen as all kinds are: the one place that knows how its kind does things. */
export interface RedisClient {
  readonly isCluster: boolean
  readonly isReady: boolean
  /** Whether nobody has told it to connect: it would be silent for ever. */
  readonly isUnconnected: boolean
  /** As `isReady`, of the node that has the key, as far as the client tells. */
  isReadyFor(key: string): boolean
  /** Sends a command and answers in the forms of RESP 2, strings as bytes. Rejects with the client's own error. */
  send(key: string, command: readonly (string | Uint8Array)[]): Promise<Reply>
  /**
   * Another client of this kind, of the same place, with its own connection.
   * @throws TypeError where its kind has none.
   */
  duplicate(): OwnClient
}

/**
 * A client that we made: not connected yet, without a queue for the time offline, keeping no process alive where its kind lets us.
 * It serves for one connection: once that is lost another client takes its place.
 */
export interface OwnClient extends RedisClient {
  connect(): Promise<unknown>
  /** Calls for each message of the channel; a second call for a channel needs its own client. Answers how to end it. */
  subscribe(channel: string, listener: (message: Buffer) => void): Promise<() => Promise<unknown>>
  /** Its one error listener: hears, maybe more than once, that the connection is lost or could not be made. */
  onLost(listener: (error: unknown) => void): void
  /** Breaks the connection; what is under way rejects. May throw where there is none. */
  destroy(): void
}
