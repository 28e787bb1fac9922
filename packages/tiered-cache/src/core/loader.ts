import type { Clock } from '../clock.ts'
import { type Duration, durationMs } from '../duration.ts'
import type { Entry } from '../entry.ts'
import { LoadTimeoutError } from '../errors.ts'
import { shown } from '../option-object.ts'
import type { MaybePromise } from '../tiers/tier.ts'

/** What a loader is given. What it says holds for what it gives then, and may be said until it has given it. */
export interface LoadContext<V> {
  readonly key: string
  /**
   * Aborted when the load takes longer than `hardTimeout`, when the last who waits for it has left by his signal, or when the cache closes
   * without it. Made when first read.
   */
  readonly signal: AbortSignal
  /** The value that the load replaces, where there is one: stale, or fresh with `refreshAhead` and `forceRefresh`. */
  readonly stale: { readonly value: V; readonly storedAt: number; readonly etag: string | undefined } | undefined
  /** In the place of `ttl`, and of `negativeTtl` where nothing is found. */
  readonly setTtl: (ttl: Duration) => void
  /** In the place of `grace`. */
  readonly setGrace: (grace: Duration) => void
  /** Is kept with the value, and given to the load that replaces it as `stale.etag`. */
  readonly setEtag: (etag: string) => void
  /** Those who wait get the value, and it is stored nowhere; a stale value stays, and is left alone for `refreshCooldown`. */
  readonly skipStore: () => void
  /**
   * `return notModified()`: the stale value is still the right one. It is stored anew, with its etag unless another is set.
   * @throws TypeError where there is no stale value
   */
  readonly notModified: () => never
}

/** The user's function that makes a value; `undefined` means "not found" and is stored for `negativeTtl` alone. */
export type Loader<V, T> = (context: LoadContext<V>) => MaybePromise<T>

/** What one run of a loader came to. */
export interface LoadedValue {
  readonly value: unknown
  readonly ttlMs: number | undefined
  readonly graceMs: number | undefined
  readonly etag: string | undefined
  readonly isStored: boolean
}

/** What `notModified` gives in the place of a value. */
const NOT_MODIFIED: unique symbol = Symbol('tiered-cache.not-modified')

/** One run of a loader. Loaders take the context apart, so its methods are bound; made when they are asked for. */
export class LoaderCall implements LoadContext<unknown> {
  readonly key: string
  readonly stale: LoadContext<unknown>['stale']
  #controller: AbortController | undefined
  #aborted: { readonly reason: unknown } | undefined
  #reject: (reason: unknown) => void = () => {}
  #stopTimer: () => void = () => {}
  #ttlMs: number | undefined
  #graceMs: number | undefined
  #etag: string | undefined
  #isStored = true

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

  get setTtl(): LoadContext<unknown>['setTtl'] {
    return (ttl) => {
      this.#ttlMs = durationMs('ttl', ttl)
    }
  }

  get setGrace(): LoadContext<unknown>['setGrace'] {
    return (grace) => {
      this.#graceMs = durationMs('grace', grace)
    }
  }

  get setEtag(): LoadContext<unknown>['setEtag'] {
    return (etag) => {
      if (typeof etag !== 'string') throw new TypeError(`etag must be a string, got ${shown(etag)}`)
      this.#etag = etag
    }
  }

  get skipStore(): LoadContext<unknown>['skipStore'] {
    return () => {
      this.#isStored = false
    }
  }

  get notModified(): LoadContext<unknown>['notModified'] {
    return () => {
      if (this.stale !== undefined) return NOT_MODIFIED as never
      throw new TypeError('notModified() needs a stale value, and there is none: look at context.stale')
    }
  }

  /** Runs the loader; rejects with LoadTimeoutError after `timeoutMs`, whether it heeds its signal or not. */
  async run(loader: Loader<never, unknown>, timeoutMs: number, clock: Clock): Promise<LoadedValue> {
    const value = await this.#called(loader, timeoutMs, clock)
    const isModified = value !== NOT_MODIFIED
    return {
      value: isModified ? value : this.stale?.value,
      ttlMs: this.#ttlMs,
      graceMs: this.#graceMs,
      etag: this.#etag ?? (isModified ? undefined : this.stale?.etag),
      isStored: this.#isStored,
    }
  }

  /** Ends the run for those who wait, then tells the loader. */
  abort(reason: unknown): void {
    this.#stopTimer()
    this.#aborted = { reason }
    this.#reject(reason)
    this.#controller?.abort(reason)
  }

  #called(loader: Loader<never, unknown>, timeoutMs: number, clock: Clock): Promise<unknown> {
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
}
