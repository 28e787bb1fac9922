import type { Entry } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import type { TierAccess } from './tier-access.ts'

/** Whether every shared tier has acknowledged a write. If not, it is sent again as a delete when the tier answers. */
export interface Acknowledged {
  readonly reached: boolean
}

/**
 * The keys that are being written. A read or load begun before or during a write may hold an older value, so it is void
 * from the begin of the write to its end.
 */
export class UnfinishedWrites {
  readonly #counts = new Map<string, number>()

  has(key: string): boolean {
    return this.#counts.has(key)
  }

  begin(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  end(key: string): void {
    const others = (this.#counts.get(key) ?? 1) - 1
    if (others === 0) this.#counts.delete(key)
    else this.#counts.set(key, others)
  }
}

/** Writes an entry to every tier. Rejects with UnstorableValueError where one cannot keep the value. */
export function setEverywhere(tiers: readonly TierAccess[], key: string, entry: Entry): Promise<Acknowledged> {
  return everywhere(tiers, (tier) => tier.set(key, entry))
}

export function deleteEverywhere(tiers: readonly TierAccess[], key: string): Promise<Acknowledged> {
  return everywhere(tiers, (tier) => tier.delete(key))
}

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
