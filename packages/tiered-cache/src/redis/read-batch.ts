import type { RedisSender, Reply } from './commands.ts'
import type { Batch } from './turn.ts'

/** So that one command neither blocks Redis for long nor makes a reply without bound. */
const MAX_KEYS = 512

/** Keys that are read by one command: `MGET`, or `GET` where there is one alone. */
export class ReadBatch implements Batch {
  readonly #commands: RedisSender
  readonly #command: string[] = ['MGET']
  readonly #places = new Map<string, number>()
  /** Bytes or null by place; rejects where Redis gives no answer. */
  readonly replies: Promise<readonly Reply[]>
  #resolve: (replies: Promise<readonly Reply[]>) => void = () => {}

  constructor(commands: RedisSender) {
    this.#commands = commands
    this.replies = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  get isFull(): boolean {
    return this.#places.size >= MAX_KEYS
  }

  /** Where the reply for this key will be; a key is read once, however often it is asked for. */
  place(key: string): number {
    const known = this.#places.get(key)
    if (known !== undefined) return known
    const place = this.#places.size
    this.#places.set(key, place)
    this.#command.push(key)
    return place
  }

  send(): void {
    this.#resolve(this.#command.length === 2 ? this.#readOne(this.#command[1]!) : this.#readMany())
  }

  async #readMany(): Promise<readonly Reply[]> {
    const replies = await this.#commands.send(this.#command[1]!, this.#command)
    if (Array.isArray(replies) && replies.length === this.#places.size) return replies as readonly Reply[]
    throw new TypeError('Redis answered MGET with something else than a list of as many')
  }

  async #readOne(key: string): Promise<readonly Reply[]> {
    try {
      return [await this.#commands.send(key, ['GET', key])]
    } catch (error) {
      // A key that holds no string: MGET answers null there.
      if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return [null]
      throw error
    }
  }
}
