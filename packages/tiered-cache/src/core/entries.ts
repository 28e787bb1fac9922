import type { Clock } from '../clock.ts'
import { type Entry, freshnessAt, isEntry } from '../entry.ts'
import { isOwnKey } from '../key.ts'
import type { TierAccess } from './tier-access.ts'

/**
 * The keys and fresh values of those tiers that can tell what they hold, each key once, from the fastest tier that has it. In no
 * order; what changes meanwhile may be there or not.
 */
export async function* freshEntries(
  tiers: readonly TierAccess[],
  clock: Clock,
): AsyncGenerator<readonly [string, unknown], void> {
  const telling = tiers.filter(({ tier }) => tier.entries !== undefined)
  const told = new Set<string>()
  for (const [at, { tier }] of telling.entries()) {
    for await (const [key, entry] of tier.entries!()) {
      if (isOwnKey(key) || !isValue(entry, clock.now()) || told.has(key)) continue
      // Of the last one nothing need be remembered.
      if (at < telling.length - 1) told.add(key)
      yield [key, entry.value]
    }
  }
}

function isValue(entry: unknown, now: number): entry is Entry {
  return isEntry(entry) && entry.value !== undefined && freshnessAt(entry, now) === 'fresh'
}
