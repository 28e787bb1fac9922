import type { RedisSender, Reply } from './commands.ts'
import type { LuaScript } from './lua-script.ts'
import { Batch } from './turn.ts'

/** So that one script does not hold Redis up for more than a fraction of a millisecond. */
const MAX_KEYS = 50
const MAX_BYTES = 256 * 1024

/** Keys that are written by one run of a script, and what that answers. */
export class WriteBatch extends Batch<Reply> {
  readonly #commands: RedisSender
  readonly #script: LuaScript
  readonly #keys: string[] = []
  readonly #args: (string | Uint8Array)[]
  #bytes = 0

  /** `args` come before those of the keys. */
  constructor(commands: RedisSender, script: LuaScript, args: readonly string[]) {
    super()
    this.#commands = commands
    this.#script = script
    this.#args = [...args]
  }

  get isFull(): boolean {
    return this.#keys.length >= MAX_KEYS || this.#bytes >= MAX_BYTES
  }

  /** Gives the place of the key among the others. A key may be there more than once: the script goes through them in order. */
  place(key: string, ...args: readonly (string | Uint8Array)[]): number {
    for (const each of args) {
      this.#args.push(each)
      this.#bytes += each.length
    }
    return this.#keys.push(key) - 1
  }

  protected ask(): Promise<Reply> {
    return this.#script.run(this.#commands, this.#keys, this.#args)
  }
}
