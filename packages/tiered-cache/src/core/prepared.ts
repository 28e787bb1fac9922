import type { Entry } from '../entry.ts'
import { UnstorableValueError } from '../errors.ts'
import type { Tier } from '../tiers/tier.ts'

/**
 * Lets a tier do ahead what needs no answer of it, before the clock of a guarded operation begins. The answer is a promise only where
 * that takes longer; it rejects with UnstorableValueError alone: any other fault is met again by the operation itself.
 */
export function prepared(tier: Tier, key: string, entry: Entry): Promise<void> | undefined {
  try {
    const ready = tier.prepare?.(key, entry)
    return ready instanceof Promise ? ready.catch(throwUnstorable) : undefined
  } catch (error) {
    return error instanceof UnstorableValueError ? Promise.reject(error) : undefined
  }
}

function throwUnstorable(error: unknown): void {
  if (error instanceof UnstorableValueError) throw error
}
