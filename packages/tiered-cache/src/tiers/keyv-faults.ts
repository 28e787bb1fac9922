/** What emits the errors of its store, as every Keyv instance does. */
export interface ErrorSource {
  on(event: 'error', listener: (error: unknown) => void): unknown
}

const watched = new WeakMap<ErrorSource, KeyvFaults>()

/** The one watcher of a Keyv instance: several tiers may share the instance, and it gets one listener. */
export function faultsOf(keyv: ErrorSource): KeyvFaults {
  let faults = watched.get(keyv)
  if (faults === undefined) {
    faults = new KeyvFaults(keyv)
    watched.set(keyv, faults)
  }
  return faults
}

/**
 * The faults of one Keyv instance. Keyv answers a failed operation with `undefined` or `false`, with @keyv/redis even with
 * `true`, and emits `error`. So an operation with a doubtful answer is a fault where an error was emitted meanwhile.
 * Errors do not tell which operation they are of: a miss at the very time of another's fault counts as one too.
 */
class KeyvFaults {
  #count = 0
  #last: unknown
  readonly #waiting = new Set<(reason: unknown) => void>()

  constructor(keyv: ErrorSource) {
    keyv.on('error', (error) => this.#note(error))
  }

  /**
   * The answer of `operation`.
   * @throws what it throws, or what was emitted meanwhile where `doubtful` says that the answer may stand for a fault.
   */
  async watch<T>(operation: () => Promise<T>, doubtful: (answer: T) => boolean): Promise<T> {
    const before = this.#count
    const answer = await operation()
    if (this.#count !== before && doubtful(answer)) throw asError(this.#last)
    return answer
  }

  /** As {@link watch}, but throws the first error at once: a store that cannot connect may try for ever. */
  watchUntilError(operation: () => Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      const settle = async (): Promise<void> => {
        try {
          await this.watch(operation, (answer) => answer === undefined)
          resolve()
        } catch (error) {
          reject(error)
        } finally {
          this.#waiting.delete(reject)
        }
      }
      void settle()
    })
  }

  #note(error: unknown): void {
    // Stored bytes that Keyv could not parse: a damaged or foreign record is a miss, not a fault of the store.
    if (error instanceof SyntaxError) return
    this.#count++
    this.#last = error
    for (const stop of this.#waiting) stop(asError(error))
  }
}

function asError(emitted: unknown): Error {
  return emitted instanceof Error ? emitted : new Error('Keyv emitted an error', { cause: emitted })
}
