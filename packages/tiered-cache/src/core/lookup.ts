import type { Clock } from '../clock.ts'
import { type Entry, freshnessAt } from '../entry.ts'
import type { TierAccess } from './tier-access.ts'
import { type Learned, type Tags, UNJUDGED } from './tags/tags.ts'

/** An entry that a look-up found, and where: `depth` is the index of its tier. */
export interface Found {
  readonly entry: Entry
  readonly depth: number
  readonly freshness: 'fresh' | 'stale'
}

/** What a look-up passes by: who gives out leases is told of it, else he takes it for another node's. */
export interface EndedNote {
  /** What a shared tier has, ended by a tag. */
  ended: Entry | undefined
}

/** Where look-ups read, and by what they judge. */
export interface LookupSetting {
  readonly tiers: readonly TierAccess[]
  readonly clock: Clock
  readonly tags: Tags
}

/**
 * Reads the first `count` tiers, which are all synchronous, until one holds the key fresh; else the best stale entry. `UNJUDGED` where there
 * is an entry, and the stamps of its tags have to be asked for: see {@link lookupHeld}.
 */
export function lookupSync(
  { tiers, clock, tags }: LookupSetting,
  count: number,
  key: string,
): Found | typeof UNJUDGED | undefined {
  let best: Found | undefined
  let isUnjudged = false
  for (let depth = 0; depth < count; depth++) {
    const entry = tiers[depth]!.read(key) as Entry | undefined
    if (entry === undefined) continue
    const seen = entry.stamps.length === 0 ? entry : tags.seen(entry)
    if (seen !== UNJUDGED && isRenewed(seen, entry)) void tiers[depth]!.fill(key, seen)
    if (seen === UNJUDGED) isUnjudged = true
    else best = better(best, judge(seen, depth, clock.now()))
    if (best?.freshness === 'fresh') return best
  }
  return isUnjudged ? UNJUDGED : best
}

/** What those tiers hold, judged; they were read already, so it counts nowhere. A tier takes back what is known to be current again. */
export async function lookupHeld(
  { tiers, clock, tags }: LookupSetting,
  count: number,
  key: string,
): Promise<Found | undefined> {
  const answers = tiers.slice(0, count).map((tier) => tier.peek(key) as Entry | undefined)
  await tags.settled(answers, false)
  let best: Found | undefined
  for (let depth = 0; depth < count; depth++) {
    // What it holds now: others may have written meanwhile.
    const entry = tiers[depth]!.peek(key) as Entry | undefined
    const seen = entry && tags.seen(entry)
    if (seen === UNJUDGED || seen === undefined) continue
    best = better(best, judge(seen, depth, clock.now()))
    if (isRenewed(seen, entry)) void tiers[depth]!.fill(key, seen)
    if (best?.freshness === 'fresh') return best
  }
  return best
}

/**
 * Reads the tiers from index `from` on, one after the other, until one holds the key fresh; else the best stale entry. The stamps of `named`
 * tags are asked for together with the key.
 */
export async function lookup(
  { tiers, clock, tags }: LookupSetting,
  from: number,
  key: string,
  named: readonly string[],
  note: EndedNote,
): Promise<Found | undefined> {
  let best: Found | undefined
  for (let depth = from; depth < tiers.length; depth++) {
    const access = tiers[depth]!
    const learning = learningOf(access, tags, named)
    const answer = access.read(key)
    let entry = answer instanceof Promise ? await answer : answer
    const learned = learning && (await learning)
    if (entry !== undefined && entry.stamps.length > 0) {
      const settled = tags.settled([entry], access.tier.shared, learned)
      const [seen] = settled instanceof Promise ? await settled : settled
      if (seen === undefined && access.tier.shared) note.ended = entry
      entry = seen
    }
    best = better(best, judge(entry, depth, clock.now()))
    if (best?.freshness === 'fresh') return best
  }
  return best
}

/** The same for many keys: each tier is asked once, for those that were not fresh above it. */
export async function lookupMany(
  { tiers, clock, tags }: LookupSetting,
  from: number,
  keys: readonly string[],
  named: readonly string[],
  notes?: readonly EndedNote[],
): Promise<readonly (Found | undefined)[]> {
  const best: (Found | undefined)[] = new Array(keys.length).fill(undefined)
  let missing = keys.map((_, at) => at)
  for (let depth = from; depth < tiers.length && missing.length > 0; depth++) {
    const access = tiers[depth]!
    const learning = learningOf(access, tags, named)
    const answers = await access.readMany(missing.map((at) => keys[at]!))
    const learned = learning && (await learning)
    const settled = tags.settled(answers, access.tier.shared, learned)
    const entries = settled instanceof Promise ? await settled : settled
    const now = clock.now()
    for (let asked = 0; asked < missing.length; asked++) {
      const at = missing[asked]!
      const entry = entries[asked]
      if (entry === undefined && notes !== undefined && access.tier.shared) notes[at]!.ended = answers[asked]
      best[at] = better(best[at], judge(entry, depth, now))
    }
    missing = missing.filter((at) => best[at]?.freshness !== 'fresh')
  }
  return best
}

/** Other nodes may have invalidated them: who reads a shared tier asks again. */
function learningOf({ tier }: TierAccess, tags: Tags, named: readonly string[]): Promise<Learned> | undefined {
  return tier.shared && named.length > 0 ? tags.learn(named) : undefined
}

/** Whether the tier that gave the entry does not know yet that its stamps are current: it is to take it back. */
function isRenewed(seen: Entry | undefined, entry: Entry | undefined): seen is Entry {
  return seen !== undefined && seen !== entry && seen.stamps !== entry?.stamps
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
