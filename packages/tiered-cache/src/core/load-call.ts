import type { Freshnesses } from '../freshness-options.ts'
import type { Loader } from './loader.ts'

/** What a caller of `getOrLoad` wants. */
export interface LoadCall {
  readonly key: string
  readonly loader: Loader<never, unknown>
  readonly freshness: Freshnesses
  /** The caller's own: a load is not begun for one who has left. */
  readonly signal: AbortSignal | undefined
  /** Whether the load goes on for the cache when its callers have left. */
  readonly isKept: boolean
  /** Whether it is to be loaded though it is fresh. */
  readonly isForced: boolean
}
