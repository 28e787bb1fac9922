import type { RedisSender, Reply } from './commands.ts'
import type { Batch } from './turn.ts'

/** So that one command does not hold Redis up for long. */
const MAX_KEYS = 512

/** Keys that are deleted by one command. */
export class DeleteBatch implements Batch {
  readonly #commands: RedisSender
  // DEL and not UNLINK: Redis frees strings at once with either.
  readonly #command: string[] = ['DEL']
  /** Rejects where Redis gives no answer. */
  readonly reply: Promise<Reply>
  #resolve: (reply: Promise<Reply>) => void = () => {}

  constructor(commands: RedisSender) {
    this.#commands = commands
    this.reply = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  get isFull(): boolean {
    return this.#command.length > MAX_KEYS
  }

  place(key: string): void {
    this.#command.push(key)
  }

  send(): void {
    this.#resolve(this.#commands.send(this.#command[1]!, this.#command))
  }
}
