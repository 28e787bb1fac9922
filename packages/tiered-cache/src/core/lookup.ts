import type { Clock } from '../clock.ts'
import { type Entry, freshnessAt } from '../entry.ts'
import type { TierAccess } from './tier-access.ts'

/** An entry that a look-up found, and where: `depth` is the index of its tier. */
export interface Found {
  readonly entry: Entry
  readonly depth: number
  readonly freshness: 'fresh' | 'stale'
}

/** Reads tiers that are all synchronous, from the first on, until one holds the key fresh; else the best stale entry. */
export function lookupSync(tiers: readonly TierAccess[], key: string, clock: Clock): Found | undefined {
  let best: Found | undefined
  for (let depth = 0; depth < tiers.length; depth++) {
    const entry = tiers[depth]!.read(key) as Entry | undefined
    if (entry === undefined) continue
    best = better(best, judge(entry, depth, clock.now()))
    if (best?.freshness === 'fresh') return best
  }
  return best
}

/** Reads the tiers from index `from` on, one after the other, until one holds the key fresh; else the best stale entry. */
export async function lookup(
  tiers: readonly TierAccess[],
  from: number,
  key: string,
  clock: Clock,
): Promise<Found | undefined> {
  let best: Found | undefined
  for (let depth = from; depth < tiers.length; depth++) {
    const answer = tiers[depth]!.read(key)
    const entry = answer instanceof Promise ? await answer : answer
    best = better(best, judge(entry, depth, clock.now()))
    if (best?.freshness === 'fresh') return best
  }
  return best
}

/** The same for many keys: each tier is asked once, for those that were not fresh above it. */
export async function lookupMany(
  tiers: readonly TierAccess[],
  from: number,
  keys: readonly string[],
  clock: Clock,
): Promise<readonly (Found | undefined)[]> {
  const best: (Found | undefined)[] = new Array(keys.length).fill(undefined)
  let missing = keys.map((_, at) => at)
  for (let depth = from; depth < tiers.length && missing.length > 0; depth++) {
    const entries = await tiers[depth]!.readMany(missing.map((at) => keys[at]!))
    const now = clock.now()
    for (let asked = 0; asked < missing.length; asked++) {
      const at = missing[asked]!
      best[at] = better(best[at], judge(entries[asked], depth, now))
    }
    missing = missing.filter((at) => best[at]?.freshness !== 'fresh')
  }
  return best
}

function judge(entry: Entry | undefined, depth: number, now: number): Found | undefined {
  if (entry === undefined) return undefined
  const freshness = freshnessAt(entry, now)
  return freshness === 'expired' ? undefined : { entry, depth, freshness }
}

/** A fresh entry beats a stale one; of two stale ones the younger, of equals the one nearer to the top. */
function better(held: Found | undefined, found: Found | undefined): Found | undefined {
  if (held === undefined || found === undefined) return found ?? held
  return found.freshness === 'fresh' || found.entry.storedAt > held.entry.storedAt ? found : held
}
