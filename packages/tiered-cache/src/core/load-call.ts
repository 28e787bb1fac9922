import type { Freshnesses } from '../freshness-options.ts'
import type { Loader } from './loader.ts'
import type { SkippedTiers } from './skipped-tiers.ts'

/** What a caller of `getOrLoad` wants. */
export interface LoadCall {
  /** As the tiers know it. */
  readonly key: string
  /** As the loader is to know it. */
  readonly userKey: string
  readonly loader: Loader<never, unknown>
  readonly freshness: Freshnesses
  /** What the value is stored with, and what a value that is there must have. */
  readonly tags: readonly string[]
  readonly skipped: SkippedTiers | undefined
  /** The caller's own: a load is not begun for one who has left. */
  readonly signal: AbortSignal | undefined
  /** Whether the load goes on for the cache when its callers have left. */
  readonly isKept: boolean
  /** Whether it is to be loaded though it is fresh. */
  readonly isForced: boolean
}
