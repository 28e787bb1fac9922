import { createHash } from 'node:crypto'
import type { RedisSender, Reply } from './commands.ts'

/** A script that Redis runs as one step. Its keys lie in one slot. */
export class LuaScript {
  readonly #source: string
  readonly #sha1: string

  constructor(source: string) {
    this.#source = source
    this.#sha1 = createHash('sha1').update(source).digest('hex')
  }

  /** Runs it; rejects as the commands do. */
  async run(commands: RedisSender, keys: readonly string[], args: readonly (string | Uint8Array)[]): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args]
    try {
      return await commands.send(keys[0]!, ['EVALSHA', this.#sha1, ...rest])
    } catch (error) {
      // After a restart, a failover or SCRIPT FLUSH. Nothing was done, and EVAL makes it known again.
      if (!isNotKnown(error)) throw error
      return commands.send(keys[0]!, ['EVAL', this.#source, ...rest])
    }
  }
}

function isNotKnown(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}
