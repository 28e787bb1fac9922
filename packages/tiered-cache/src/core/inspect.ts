import { type Entry, type Freshness, freshnessAt } from '../entry.ts'
import type { LookupSetting } from './lookup.ts'

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

/** What each tier holds of a key, and what that counts for now. */
export interface HeldEntries {
  readonly held: readonly (Entry | undefined)[]
  /** Without what a tag has ended. */
  readonly judged: readonly (Entry | undefined)[]
}

/** Asks all tiers at once; counts as no read. */
export async function heldEntries({ tiers, tags }: LookupSetting, key: string): Promise<HeldEntries> {
  const held = await Promise.all(tiers.map(async (tier) => tier.peek(key)))
  const judged = await Promise.all(
    held.map(async (entry, depth) => (await tags.settled([entry], tiers[depth]!.tier.shared))[0]),
  )
  return { held, judged }
}

/** The facts of the fastest tier that holds the key unexpired. */
export async function inspect(setting: LookupSetting, key: string): Promise<EntryInfo | undefined> {
  const { tiers, clock } = setting
  const { judged } = await heldEntries(setting, key)
  const now = clock.now()
  const isHeld = (entry: Entry | undefined): entry is Entry => entry !== undefined && now < entry.expiresAt
  const first = judged.find(isHeld)
  if (first === undefined) return undefined
  const { storedAt, staleAt, expiresAt, stamps } = first
  return {
    key,
    tiers: tiers.filter((_, depth) => isHeld(judged[depth])).map(({ tier }) => tier.name),
    freshness: freshnessAt(first, now),
    storedAt,
    staleAt,
    expiresAt,
    remainingTtlMs: Math.max(0, staleAt - now),
    tags: stamps.map(({ tag }) => tag),
  }
}

/** Whether a tier holds the key fresh. That nothing was found under it is remembered too, and no value. */
export async function holdsFresh({ tiers, clock, tags }: LookupSetting, key: string): Promise<boolean> {
  for (const tier of tiers) {
    const [entry] = await tags.settled([await tier.peek(key)], tier.tier.shared)
    if (entry !== undefined && freshnessAt(entry, clock.now()) === 'fresh') return entry.value !== undefined
  }
  return false
}
