import type { Clock } from '../clock.ts'
import { type Entry, type Freshness, freshnessAt } from '../entry.ts'
import type { TierAccess } from './tier-access.ts'

/** Where an entry is and how long it lives; asking counts nowhere and moves nothing. */
export interface EntryInfo {
  readonly key: string
  /** Names of the tiers that hold it, fastest first. */
  readonly tiers: readonly string[]
  readonly freshness: Freshness
  readonly storedAt: number
  readonly staleAt: number
  readonly expiresAt: number
  /** Until it is stale; 0 where it is, `Infinity` where it never will be. */
  readonly remainingTtlMs: number
  readonly tags: readonly string[]
}

/** Asks all tiers at once; the facts are those of the fastest tier that holds the key unexpired. */
export async function inspect(tiers: readonly TierAccess[], key: string, clock: Clock): Promise<EntryInfo | undefined> {
  const answers = await Promise.all(tiers.map(async (tier) => tier.peek(key)))
  const now = clock.now()
  const isHeld = (entry: Entry | undefined): entry is Entry => entry !== undefined && now < entry.expiresAt
  const first = answers.find(isHeld)
  if (first === undefined) return undefined
  const { storedAt, staleAt, expiresAt, stamps } = first
  return {
    key,
    tiers: tiers.filter((_, depth) => isHeld(answers[depth])).map(({ tier }) => tier.name),
    freshness: freshnessAt(first, now),
    storedAt,
    staleAt,
    expiresAt,
    remainingTtlMs: Math.max(0, staleAt - now),
    tags: stamps.map(({ tag }) => tag),
  }
}

/** Whether a tier holds the key fresh. That nothing was found under it is remembered too, and no value. */
export async function holdsFresh(tiers: readonly TierAccess[], key: string, clock: Clock): Promise<boolean> {
  for (const tier of tiers) {
    const entry = await tier.peek(key)
    if (entry !== undefined && freshnessAt(entry, clock.now()) === 'fresh') return entry.value !== undefined
  }
  return false
}
