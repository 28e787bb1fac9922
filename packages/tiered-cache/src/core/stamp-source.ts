import type { TagStamp } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'

/** Where those who store entries get the stamps of tags. */
export interface StampSource {
  /**
   * The stamps for an entry whose load begins now, and which lives for about `lifeMs`. `undefined` where a tag is being invalidated:
   * nothing can be stored with it then. Never rejects.
   */
  capture(tags: readonly string[], lifeMs: number): MaybePromise<readonly TagStamp[] | undefined>
  /** An entry is stored with them that lives for `lifeMs`: so are they to. */
  keep(stamps: readonly TagStamp[], lifeMs: number): void
}
