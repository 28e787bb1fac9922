import type { RedisCommands, Reply } from '../commands.ts'
import { PartAwayError } from '../refusal.ts'
import { OwnedCommands } from './owned-commands.ts'
import { plainError } from './plain-error.ts'
import type { OwnClient, RedisClient } from './redis-client.ts'

const OPEN_WITHIN_MS = 5_000
const LOOK_EVERY_MS = 25

/**
 * The commands over a client of the user's, which is left as it is. A command that the client would keep until it is connected
 * again is refused instead: nobody waits for an outage to end.
 */
export class BorrowedCommands implements RedisCommands {
  readonly isCluster: boolean
  readonly #client: RedisClient

  constructor(client: RedisClient) {
    this.isCluster = client.isCluster
    this.#client = client
  }

  get isReady(): boolean {
    return this.#client.isReady
  }

  async send(key: string, command: readonly (string | Uint8Array)[]): Promise<Reply> {
    if (!this.#client.isReadyFor(key)) throw this.#client.isReady ? this.#partAway() : this.#notReady()
    try {
      return await this.#client.send(key, command)
    } catch (error) {
      throw plainError(error)
    }
  }

  /** Waits until its owner has connected it; rejects after 5 s. Looks instead of listening: the client keeps its listeners. */
  open(): Promise<void> {
    const giveUpAt = performance.now() + OPEN_WITHIN_MS
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#client.isReady) resolve()
        else if (performance.now() >= giveUpAt) reject(this.#notReady())
        else setTimeout(look, LOOK_EVERY_MS).unref()
      }
      look()
    })
  }

  async close(): Promise<void> {}

  duplicate(): RedisCommands {
    // Where its kind has no duplicates this throws, here and not out of sight.
    let first: OwnClient | undefined = this.#client.duplicate()
    const make = (): OwnClient => {
      const client = first ?? this.#client.duplicate()
      first = undefined
      return client
    }
    return new OwnedCommands({ isCluster: this.isCluster, make, drains: false })
  }

  subscribe(): Promise<() => void> {
    return Promise.reject(new Error('subscribe on a duplicate: a client that has subscribed takes no other commands'))
  }

  #partAway(): Error {
    return new PartAwayError('the node of the cluster that has the key is not connected')
  }

  #notReady(): Error {
    const advice = this.#client.isUnconnected ? ': call its connect() first' : ''
    return new Error(`the Redis client is not connected${advice}`)
  }
}
