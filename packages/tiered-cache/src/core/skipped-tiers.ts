import { shown } from '../option-object.ts'
import type { TierAccess } from './tier-access.ts'

/** Tiers that one call passes by. What is not written loses its copy, so that nobody reads an older one later. */
export interface SkippedTiers {
  readonly read: ReadonlySet<TierAccess>
  readonly write: ReadonlySet<TierAccess>
}

/**
 * The tiers of these names; `undefined` where none is named.
 * @throws TypeError or RangeError naming the option and the value
 */
export function skippedTiers(
  tiers: readonly TierAccess[],
  option: string,
  names: { readonly read?: readonly string[] | undefined; readonly write?: readonly string[] | undefined },
): SkippedTiers | undefined {
  const { read = [], write = [] } = names
  const skipped = { read: named(tiers, `${option}.read`, read), write: named(tiers, `${option}.write`, write) }
  return skipped.read.size + skipped.write.size === 0 ? undefined : skipped
}

/** The same where reading and writing are one. */
export function skippedBoth(
  tiers: readonly TierAccess[],
  names: readonly string[] | undefined,
): SkippedTiers | undefined {
  if (names === undefined) return undefined
  const skipped = named(tiers, 'skipTiers', names)
  return skipped.size === 0 ? undefined : { read: skipped, write: skipped }
}

function named(tiers: readonly TierAccess[], option: string, names: unknown): ReadonlySet<TierAccess> {
  if (!Array.isArray(names)) throw new TypeError(`${option} must be an array of names of tiers, got ${shown(names)}`)
  return new Set(
    names.map((name: unknown) => {
      const found = tiers.find(({ tier }) => tier.name === name)
      if (found !== undefined) return found
      const known = tiers.map(({ tier }) => tier.name).join(', ')
      throw new RangeError(`${option} must name tiers of the cache (${known}), got ${shown(name)}`)
    }),
  )
}
