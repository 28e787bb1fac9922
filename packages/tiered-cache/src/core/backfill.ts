import type { Found } from './lookup.ts'
import type { OwnedWork } from './owned-work.ts'
import type { TierAccess } from './tier-access.ts'

/**
 * Gives the very entry that was found to every tier above its own. Synchronous tiers hold it when this returns; the others
 * take it in the background.
 */
export function backfill(
  tiers: readonly TierAccess[],
  found: Found,
  key: string,
  work: OwnedWork,
  skipped?: ReadonlySet<TierAccess>,
): void {
  for (let depth = 0; depth < found.depth; depth++) {
    const tier = tiers[depth]!
    if (!tier.takesBackfill || skipped?.has(tier) === true) continue
    const stored = tier.fill(key, found.entry)
    if (stored instanceof Promise) work.own(stored)
  }
}
