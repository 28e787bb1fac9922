import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import type { Bus } from '../tiers/bus.ts'
import type { Off } from '../tiers/tier.ts'
import type { BusLink } from './bus-link.ts'
import type { OwnedWork } from './owned-work.ts'
import type { ReadThrough } from './read-through.ts'
import type { TierAccess } from './tier-access.ts'

const CLOSE_BUS_WITHIN_MS = 1_000

/** The parts of a cache that come to an end with it. */
export interface ClosingParts {
  readonly clock: Clock
  readonly work: OwnedWork
  readonly writers: readonly TierAccess[]
  readonly through: ReadThrough
  readonly link: BusLink | undefined
  readonly bus: Bus | undefined
  readonly offs: readonly Off[]
}

/** Waits for what is under way, `timeoutMs` at most; then loads are aborted with `reason`, and tiers and bus closed. Never rejects. */
export async function closeParts(parts: ClosingParts, timeoutMs: number, reason: unknown): Promise<void> {
  const { work, writers, through, link, offs } = parts
  for (const tier of writers) tier.replay()
  await ended(() => work.idle(), timeoutMs, parts.clock)
  through.close(reason)
  link?.close()
  const bus = ended(() => parts.bus?.close?.(), CLOSE_BUS_WITHIN_MS, parts.clock)
  await Promise.all([...writers.map((tier) => tier.close()), bus])
  for (const off of offs) off()
}

/** What fails, or does not come to an end, stops nobody. */
async function ended(work: () => Promise<void> | void, withinMs: number, clock: Clock): Promise<void> {
  try {
    await withinDeadline(work, withinMs, clock)
  } catch {
    // It is of no more use to anybody.
  }
}
