import type { RedisSender, Reply } from './commands.ts'
import type { Epoch } from './epoch.ts'
import { Batch } from './turn.ts'

/** So that one command neither blocks Redis for long nor makes a reply without bound. */
const MAX_KEYS = 512

/** What Redis said to a {@link ReadBatch}. */
export interface ReadReplies {
  /** At the time of the reading; `undefined` where there is none, and nothing is valid. */
  readonly epoch: Buffer | undefined
  /** Bytes or null by place. */
  readonly records: readonly Reply[]
}

/** Keys that are read by one `MGET`, and the epoch with them: in the same command but on a cluster, where it lies elsewhere. */
export class ReadBatch extends Batch<ReadReplies> {
  readonly #commands: RedisSender
  readonly #epoch: Epoch
  readonly #command: string[]
  /** By key and not by its name in Redis, which is put together for the command alone: as a key of a map it would be made flat first. */
  readonly #places = new Map<string, number>()

  constructor(commands: RedisSender, epoch: Epoch) {
    super()
    this.#commands = commands
    this.#epoch = epoch
    this.#command = commands.isCluster ? ['MGET'] : ['MGET', epoch.name]
  }

  get isFull(): boolean {
    return this.#places.size >= MAX_KEYS
  }

  /** Where the reply for this key will be, which is `name` in Redis; a key is read once, however often it is asked for. */
  place(key: string, name: string): number {
    const known = this.#places.get(key)
    if (known !== undefined) return known
    const place = this.#command.push(name) - 2
    this.#places.set(key, place)
    return place
  }

  protected ask(): Promise<ReadReplies> {
    return this.#commands.isCluster ? this.#readApart() : this.#readTogether()
  }

  async #readTogether(): Promise<ReadReplies> {
    const records = await this.#read()
    return { epoch: this.#epoch.seen(records[0]), records }
  }

  async #readApart(): Promise<ReadReplies> {
    const [epoch, records] = await Promise.all([this.#epoch.read(), this.#read()])
    return { epoch, records }
  }

  /** A key that holds no string: MGET answers null there. */
  async #read(): Promise<readonly Reply[]> {
    const replies = await this.#commands.send(this.#command[1]!, this.#command)
    if (Array.isArray(replies) && replies.length === this.#command.length - 1) return replies as readonly Reply[]
    throw new TypeError('Redis answered MGET with something else than a list of as many')
  }
}
