import { type Entry, freshnessAt } from '../entry.ts'
import { heldEntries } from './inspect.ts'
import type { LookupSetting } from './lookup.ts'
import type { TierAccess } from './tier-access.ts'

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
]

/** What this node remembers of failed loads of a key: an error that is given again, a source that is left alone. */
export interface Trouble {
  readonly isFailing: boolean
  readonly isCooling: boolean
}

/** How the key and its tags are called by who asks. */
export interface Names {
  readonly key: string
  readonly shownTags: (tags: readonly string[]) => readonly string[]
}

/**
 * Where a key is, in words: a line for each tier, what `get` and `getOrSet` would do, and when that changes. For people: its wording may
 * change. Holds no value. Counts as no request, hit or miss, and moves nothing.
 */
export async function explanation(
  setting: LookupSetting,
  key: string,
  names: Names,
  trouble: Trouble,
): Promise<string> {
  const { tiers, clock } = setting
  const { held, judged } = await heldEntries(setting, key)
  const now = clock.now()
  const lines = tiers.map((tier, depth) => {
    return `  ${tier.tier.name}: ${stateOf(tier, held[depth], judged[depth], now, names)}`
  })
  const alive = judged.filter(
    (entry) => entry !== undefined && freshnessAt(entry, now) !== 'expired',
  ) as readonly Entry[]
  const best = alive.toSorted((a, b) => b.staleAt - a.staleAt || b.expiresAt - a.expiresAt)[0]
  return [`${JSON.stringify(names.key)} at ${instant(now)}`, ...lines, ...outcomeOf(best, now, trouble)].join('\n')
}

function stateOf(
  { condition }: TierAccess,
  held: Entry | undefined,
  judged: Entry | undefined,
  now: number,
  { shownTags }: Names,
): string {
  if (!condition.available) return `not available (breaker ${condition.breaker ?? 'none'})`
  if (held === undefined) return 'nothing'
  const kind = held.value === undefined ? 'that nothing was found' : 'a value'
  const names = shownTags(held.stamps.map(({ tag }) => tag))
  const tags = names.length === 0 ? '' : `, tags ${names.map((tag) => JSON.stringify(tag)).join(' ')}`
  return `${kind}, ${freshnessIn(held, judged, now)}, stored ${span(now - held.storedAt)} ago${tags}`
}

function freshnessIn(held: Entry, judged: Entry | undefined, now: number): string {
  if (judged === undefined) return freshnessAt(held, now) === 'expired' ? 'expired' : 'ended by a tag'
  const freshness = freshnessAt(judged, now)
  return freshness === 'stale' && freshnessAt(held, now) === 'fresh' ? 'made stale by a tag' : freshness
}

function outcomeOf(best: Entry | undefined, now: number, { isFailing, isCooling }: Trouble): readonly string[] {
  if (best === undefined) return [`get misses; getOrSet ${isFailing ? 'gives the error that is remembered' : 'loads'}`]
  const { staleAt, expiresAt } = best
  const gone =
    expiresAt === Infinity ? 'is never gone' : `is gone in ${span(expiresAt - now)}, at ${instant(expiresAt)}`
  if (now >= staleAt) {
    const renews = isCooling ? ', and a failed refresh has the source left alone' : ' and renews it'
    return [`get misses; getOrSet gives the stale value${renews}`, `it ${gone}`]
  }
  const stale = staleAt === Infinity ? 'is never stale' : `is stale in ${span(staleAt - now)}, at ${instant(staleAt)}`
  const outcome = best.value === undefined ? 'get and getOrSet give undefined, without a load' : 'get and getOrSet hit'
  return [outcome, `it ${stale}, and ${gone}`]
}

/** Beyond what a date can hold there is no name for it. */
function instant(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at)
}

/** In the two largest units. */
function span(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  const parts: string[] = []
  let rest = Math.round(ms / 1_000) * 1_000
  for (const [unit, length] of UNITS) {
    const whole = Math.floor(rest / length)
    rest -= whole * length
    if (whole > 0 && parts.length < 2) parts.push(`${whole} ${unit}`)
    else if (parts.length > 0) break
  }
  return parts.join(' ')
}
