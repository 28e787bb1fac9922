import type { Clock } from '../clock.ts'
import type { Entry } from '../entry.ts'
import { LoadTimeoutError } from '../errors.ts'
import type { MaybePromise } from '../tiers/tier.ts'

/** What a loader is given. */
export interface LoadContext<V> {
  readonly key: string
  /** Aborted when the load takes longer than `hardTimeout`, or when the cache closes without it. Made when first read. */
  readonly signal: AbortSignal
  /** The value that the load replaces, where there is a stale one. */
  readonly stale: { readonly value: V; readonly storedAt: number; readonly etag: string | undefined } | undefined
}

/** The user's function that makes a value; `undefined` means "not found" and is not stored. */
export type Loader<V, T> = (context: LoadContext<V>) => MaybePromise<T>

/** One run of a loader. */
export class LoaderCall implements LoadContext<unknown> {
  readonly key: string
  readonly stale: LoadContext<unknown>['stale']
  #controller: AbortController | undefined
  #aborted: { readonly reason: unknown } | undefined
  #reject: (reason: unknown) => void = () => {}
  #stopTimer: () => void = () => {}

  constructor(key: string, stale: Entry | undefined) {
    this.key = key
    this.stale = stale && { value: stale.value, storedAt: stale.storedAt, etag: stale.etag }
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason)
    }
    return this.#controller.signal
  }

  /** Runs the loader; rejects with LoadTimeoutError after `timeoutMs`, whether it heeds its signal or not. */
  run<T>(loader: Loader<never, T>, timeoutMs: number, clock: Clock): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      this.#stopTimer = clock.setTimer(() => this.abort(new LoadTimeoutError(this.key, timeoutMs)), timeoutMs)
      const settle = async (): Promise<void> => {
        try {
          resolve(await loader(this as LoadContext<never>))
        } catch (error) {
          reject(error)
        } finally {
          this.#stopTimer()
        }
      }
      void settle()
    })
  }

  /** Ends the run for those who wait, then tells the loader. */
  abort(reason: unknown): void {
    this.#stopTimer()
    this.#aborted = { reason }
    this.#reject(reason)
    this.#controller?.abort(reason)
  }
}
