import { setImmediate } from 'node:timers/promises'
import { atEndOfTurn } from '../end-of-turn.ts'
import { bytesOf, type SqliteWrite } from './sqlite-write.ts'

/** How much goes into one transaction. */
export interface TransactionSize {
  readonly maxRows: number
  readonly maxRowBytes: number
}

interface Waiting {
  readonly write: SqliteWrite
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/**
 * Gathers the writes of a turn of the loop into one transaction. A large turn becomes several, and the loop goes on between them.
 */
export class SqliteWrites {
  readonly #size: TransactionSize
  readonly #commit: (writes: readonly SqliteWrite[]) => Promise<void>
  readonly #latest = new Map<string, SqliteWrite>()
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined

  constructor(size: TransactionSize, commit: (writes: readonly SqliteWrite[]) => Promise<void>) {
    this.#size = size
    this.#commit = commit
  }

  /** Resolves when it is committed. */
  add(write: SqliteWrite): Promise<void> {
    if (write.kind === 'clear') this.#latest.clear()
    else this.#latest.set(write.key, write)
    this.#running ??= this.#run()
    return new Promise((done, failed) => this.#waiting.push({ write, done, failed }))
  }

  /** The last write to a key that is not committed yet. */
  pending(key: string): SqliteWrite | undefined {
    return this.#latest.get(key)
  }

  /** Resolves when all that was added has been committed or has failed. Never rejects. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    await new Promise<void>((resolve) => atEndOfTurn(resolve))
    for (;;) {
      await this.#commitSome(this.#take())
      if (this.#waiting.length === 0) break
      await setImmediate()
    }
    this.#running = undefined
  }

  async #commitSome(some: readonly Waiting[]): Promise<void> {
    try {
      await this.#commit(some.map(({ write }) => write))
      for (const each of some) this.#forget(each)
      for (const { done } of some) done()
    } catch (error) {
      for (const each of some) this.#forget(each)
      for (const { failed } of some) failed(error)
    }
  }

  #take(): readonly Waiting[] {
    let rows = 0
    let bytes = 0
    for (const { write } of this.#waiting) {
      bytes += bytesOf(write)
      if (rows === this.#size.maxRows || (rows > 0 && bytes > this.#size.maxRowBytes)) break
      rows += 1
    }
    return this.#waiting.splice(0, rows)
  }

  #forget({ write }: Waiting): void {
    if (write.kind !== 'clear' && this.#latest.get(write.key) === write) this.#latest.delete(write.key)
  }
}
