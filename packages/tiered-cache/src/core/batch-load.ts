import { atEndOfTurn } from '../end-of-turn.ts'
import { shown } from '../option-object.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import type { LoadContext, Loader } from './loader.ts'

/** What a loader of many keys is given. */
export interface BatchContext {
  /**
   * Aborted when none of the keys is wanted any more: the load takes longer than `hardTimeout`, all who wait have left by their signals, or
   * the cache closes without it.
   */
  readonly signal: AbortSignal
  /** This key alone could not be loaded. */
  readonly fail: (key: string, error: unknown) => void
}

/** The user's function that makes many values at once; a key that it leaves out was not found. */
export type BatchLoader<V> = (
  keys: readonly string[],
  context: BatchContext,
) => MaybePromise<ReadonlyMap<string, V | undefined>>

/** What many loads came to: the values that there are, and the errors of those that failed, in the order of the keys. */
export interface BatchResult<V> {
  readonly values: ReadonlyMap<string, V>
  readonly errors: ReadonlyMap<string, unknown>
}

/** A key that is loaded with others. */
interface Waiting {
  readonly context: LoadContext<never>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * One call of a loader of many keys for the loads of single ones: those that begin in one turn of the loop go together. So each
 * key has its own flight, lease and life as if it had been loaded alone.
 */
export class BatchLoad<V> {
  readonly #loadMany: BatchLoader<V>
  #waiting = new Map<string, Waiting>()

  constructor(loadMany: BatchLoader<V>) {
    this.#loadMany = loadMany
  }

  /** Loads one key, with the others of its turn. */
  readonly load: Loader<never, unknown> = (context) => {
    return new Promise((resolve, reject) => {
      this.#waiting.set(context.key, { context, resolve, reject })
      if (this.#waiting.size === 1) atEndOfTurn(() => void this.#loadAll())
    })
  }

  /** Never rejects. */
  async #loadAll(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = new Map()
    const call = new BatchCall(waiting)
    try {
      const values: unknown = await this.#loadMany([...waiting.keys()], call)
      if (!(values instanceof Map)) throw new TypeError(`loadMany must give a Map, got ${shown(values)}`)
      // One that has failed stays so.
      for (const [key, { resolve }] of waiting) resolve(values.get(key))
    } catch (error) {
      for (const { reject } of waiting.values()) reject(error)
    }
  }
}

/** One call of the loader. It is wanted for as long as one of its keys is. */
class BatchCall implements BatchContext {
  readonly #waiting: ReadonlyMap<string, Waiting>
  /** Those that have neither failed nor been given up. */
  readonly #wanted: Set<string>
  #controller: AbortController | undefined

  constructor(waiting: ReadonlyMap<string, Waiting>) {
    this.#waiting = waiting
    this.#wanted = new Set(waiting.keys())
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#listen(new AbortController())
    return this.#controller.signal
  }

  get fail(): BatchContext['fail'] {
    return (key, error) => {
      this.#waiting.get(key)?.reject(error)
      this.#leave(key, error)
    }
  }

  #listen(controller: AbortController): AbortController {
    this.#controller = controller
    for (const key of this.#wanted) {
      const { signal } = (this.#waiting.get(key) as Waiting).context
      if (signal.aborted) this.#leave(key, signal.reason)
      else signal.addEventListener('abort', () => this.#leave(key, signal.reason), { once: true })
    }
    return controller
  }

  #leave(key: string, reason: unknown): void {
    if (this.#wanted.delete(key) && this.#wanted.size === 0) this.#controller?.abort(reason)
  }
}

/** What the loads of these keys came to; what was not found is in neither. */
export function resultOf<V>(keys: readonly string[], loads: readonly PromiseSettledResult<unknown>[]): BatchResult<V> {
  const values = new Map<string, V>()
  const errors = new Map<string, unknown>()
  for (const [at, load] of loads.entries()) {
    const key = keys[at] as string
    if (load.status === 'rejected') errors.set(key, load.reason)
    else if (load.value !== undefined) values.set(key, load.value as V)
  }
  return { values, errors }
}
