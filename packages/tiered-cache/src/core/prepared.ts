import type { Entry } from '../entry.ts'
import { UnstorableValueError } from '../errors.ts'
import type { MaybePromise, Tier } from '../tiers/tier.ts'

/**
 * Lets a tier do ahead what needs no answer of it, before the clock of a guarded operation begins; gives how many bytes are to be
 * sent, as far as it is known. A promise only where that takes longer; it rejects with UnstorableValueError alone: any other fault is met
 * again by the operation itself.
 */
export function prepared(tier: Tier, key: string, entry: Entry): MaybePromise<number> {
  try {
    const bytes = tier.prepare?.(key, entry)
    return bytes instanceof Promise ? bytes.then(sane, throwUnstorable) : sane(bytes)
  } catch (error) {
    return error instanceof UnstorableValueError ? Promise.reject(error) : 0
  }
}

/** A third party's tier may answer anything. */
function sane(bytes: number | undefined): number {
  return typeof bytes === 'number' && bytes > 0 ? bytes : 0
}

function throwUnstorable(error: unknown): number {
  if (error instanceof UnstorableValueError) throw error
  return 0
}
