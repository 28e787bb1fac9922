import { freshnessAt } from '../entry.ts'
import { isOwnKey } from '../key.ts'
import type { LookupSetting } from './lookup.ts'

/**
 * The keys, as the tiers have them, and fresh values of those tiers that can tell what they hold, each key once, from the fastest tier
 * that has it. What a read would not give is not listed; a tier that fails ends its own listing alone. In no order; what changes meanwhile
 * may be there or not.
 */
export async function* freshEntries({
  tiers,
  clock,
  tags,
}: LookupSetting): AsyncGenerator<readonly [string, unknown], void> {
  const telling = tiers.filter(({ tier }) => tier.entries !== undefined)
  const told = new Set<string>()
  for (const [at, access] of telling.entries()) {
    for await (const [key, held] of access.entries()) {
      if (isOwnKey(key) || told.has(key)) continue
      const settled = tags.settled([held], access.tier.shared)
      const [entry] = settled instanceof Promise ? await settled : settled
      if (entry === undefined || freshnessAt(entry, clock.now()) !== 'fresh') continue
      // Of the last one nothing need be remembered.
      if (at < telling.length - 1) told.add(key)
      if (entry.value !== undefined) yield [key, entry.value]
    }
  }
}
