import type { RedisSender, Reply } from './commands.ts'
import { Batch } from './turn.ts'

/** So that one command does not hold Redis up for long. */
const MAX_KEYS = 512

/** Keys that are deleted by one command. */
export class DeleteBatch extends Batch<Reply> {
  readonly #commands: RedisSender
  // DEL and not UNLINK: Redis frees strings at once with either.
  readonly #command: string[] = ['DEL']

  constructor(commands: RedisSender) {
    super()
    this.#commands = commands
  }

  get isFull(): boolean {
    return this.#command.length > MAX_KEYS
  }

  place(key: string): void {
    this.#command.push(key)
  }

  protected ask(): Promise<Reply> {
    return this.#commands.send(this.#command[1]!, this.#command)
  }
}
