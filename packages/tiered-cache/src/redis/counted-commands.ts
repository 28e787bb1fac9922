import type { RedisSender, Reply } from './commands.ts'

/** Knows how many commands have no answer yet, so that their owner can wait for the last. */
export class CountedCommands implements RedisSender {
  readonly #inner: RedisSender
  #pending = 0
  #waiting: (() => void)[] = []
  readonly #settled = (): void => {
    this.#pending--
    if (this.#pending > 0) return
    for (const resume of this.#waiting.splice(0)) resume()
  }

  constructor(inner: RedisSender) {
    this.#inner = inner
  }

  get isCluster(): boolean {
    return this.#inner.isCluster
  }

  send(key: string, command: readonly (string | Uint8Array)[]): Promise<Reply> {
    this.#pending++
    const reply = this.#inner.send(key, command)
    reply.then(this.#settled, this.#settled)
    return reply
  }

  /** Resolves when all have their answers, also those that are sent because of an answer. */
  async idle(): Promise<void> {
    // What is asked now goes out at the end of this turn.
    await nextTurn()
    while (this.#pending > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
      await nextTurn()
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
