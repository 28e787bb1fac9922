import type { Entry } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import type { TierAccess } from './tier-access.ts'

/** Whether every shared tier has acknowledged a write. If not, it is sent again as a delete when the tier answers. */
export interface Acknowledged {
  readonly reached: boolean
}

/**
 * Writes an entry to every tier, and deletes the key in those that are skipped. Rejects with UnstorableValueError where one cannot keep the
 * value.
 */
export function setEverywhere(
  tiers: readonly TierAccess[],
  key: string,
  entry: Entry,
  skipped?: ReadonlySet<TierAccess>,
): Promise<Acknowledged> {
  return everywhere(tiers, (tier) => (skipped?.has(tier) === true ? tier.delete(key) : tier.set(key, entry)))
}

/** Deletes the key in every tier. Never rejects. */
export function deleteEverywhere(tiers: readonly TierAccess[], key: string): Promise<Acknowledged> {
  return everywhere(tiers, (tier) => tier.delete(key))
}

/** Empties every tier. Never rejects. */
export function clearEverywhere(tiers: readonly TierAccess[]): Promise<Acknowledged> {
  return everywhere(tiers, (tier) => tier.clear())
}

/** Asks all tiers at once, the synchronous ones before this returns, and waits for the answer of each. */
async function everywhere(
  tiers: readonly TierAccess[],
  write: (tier: TierAccess) => MaybePromise<boolean>,
): Promise<Acknowledged> {
  const answers = await Promise.allSettled(tiers.map(async (tier) => write(tier)))
  const refused = answers.find((answer) => answer.status === 'rejected')
  if (refused !== undefined) throw refused.reason
  const reached = answers.every((answer, depth) => {
    return !tiers[depth]!.tier.shared || (answer.status === 'fulfilled' && answer.value)
  })
  return { reached }
}

/** Takes a key out of the private tiers, since another node has written it; the answer is what asynchronous ones are still doing. */
export function dropPrivate(tiers: readonly TierAccess[], key: string): readonly Promise<boolean>[] {
  const answers = tiers.filter(({ tier }) => !tier.shared).map((tier) => tier.delete(key, 'invalidated'))
  return answers.filter((answer) => answer instanceof Promise)
}

/** Several writes as one. */
export function allReached(answers: readonly Acknowledged[]): Acknowledged {
  return { reached: answers.every(({ reached }) => reached) }
}
