import { type Entry, freshnessAt, isEntry } from '../entry.ts'
import { isOwnKey } from '../key.ts'
import type { LookupSetting } from './lookup.ts'

/**
 * The keys, as the tiers have them, and fresh values of those tiers that can tell what they hold, each key once, from the fastest tier
 * that has it. In no order; what changes meanwhile may be there or not.
 */
export async function* freshEntries({
  tiers,
  clock,
  tags,
}: LookupSetting): AsyncGenerator<readonly [string, unknown], void> {
  const telling = tiers.filter(({ tier }) => tier.entries !== undefined)
  const told = new Set<string>()
  for (const [at, { tier }] of telling.entries()) {
    for await (const [key, held] of tier.entries!()) {
      if (isOwnKey(key) || told.has(key) || !isEntry(held)) continue
      const settled = tags.settled([held], tier.shared)
      const [entry] = settled instanceof Promise ? await settled : settled
      if (!isValue(entry, clock.now())) continue
      // Of the last one nothing need be remembered.
      if (at < telling.length - 1) told.add(key)
      yield [key, entry.value]
    }
  }
}

function isValue(entry: Entry | undefined, now: number): entry is Entry {
  return entry !== undefined && entry.value !== undefined && freshnessAt(entry, now) === 'fresh'
}
