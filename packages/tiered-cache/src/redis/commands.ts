/** A reply of Redis. Strings are bytes. */
export type Reply = Buffer | number | null | readonly Reply[]

/** What the tier and the bus need of a Redis client, whichever it is. */
export interface RedisCommands {
  /** Whether keys live on several nodes: then one command may name keys of one slot only. */
  readonly isCluster: boolean
  /** Whether a command would be sent at once; asked without I/O. */
  readonly isReady: boolean
  /**
   * Sends one command. Commands sent in one turn of the loop go out together. `key` is one of its keys: it says which node of a
   * cluster is meant. Rejects with the error of Redis or of the connection; never with credentials in its text.
   */
  send(key: string, command: readonly (string | Uint8Array)[]): Promise<Reply>
  /** Connects, where the connection is ours. */
  open(): Promise<void>
  /** Ends the connection where it is ours; a client of the user's is left as it is. */
  close(): Promise<void>
  /** A second connection to the same place, which is ours, for commands that block. Not open yet; `close` ends it at once. */
  duplicate(): RedisCommands
  /**
   * Calls `listener` for each message that is published in a channel from now on; answers how to end it. Subscribed anew after each
   * reconnection: what was published meanwhile is lost, and `renewed` is called once the new subscription is there. Only on a
   * {@link duplicate}, which takes no other commands from then on.
   */
  subscribe(channel: string, listener: (message: Buffer) => void, renewed?: () => void): Promise<() => void>
}

/** Sends commands and no more: what most parts need of {@link RedisCommands}. */
export type RedisSender = Pick<RedisCommands, 'isCluster' | 'send'>
