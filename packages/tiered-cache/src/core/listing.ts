import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import { type Entry, isEntry } from '../entry.ts'
import { TierFaultError } from '../errors.ts'
import type { MaybePromise, Tier } from '../tiers/tier.ts'

/** What the listing of one tier works with. */
export interface ListingSetting {
  readonly tier: Tier
  readonly clock: Clock
  /** How long the listing waits for one step of a tier that answers promises. */
  readonly deadlineMs: number
  /** The entry as a read would give it; `undefined` where it would give none. */
  readonly believed: (key: string, entry: Entry) => MaybePromise<Entry | undefined>
  readonly fault: (error: TierFaultError) => void
}

/** What a tier tells that it holds and a read of it would give, of any freshness. Never throws: it ends at a fault, which is told. */
export async function* listing(setting: ListingSetting): AsyncGenerator<readonly [string, Entry], void> {
  const { tier, believed, fault } = setting
  try {
    for await (const [key, held] of pairsOf(setting)) {
      if (typeof key !== 'string' || !isEntry(held)) continue
      const answer = believed(key, held)
      const entry = answer instanceof Promise ? await answer : answer
      if (entry !== undefined) yield [key, entry]
    }
  } catch (error) {
    fault(new TierFaultError(tier.name, 'list', undefined, error))
  }
}

/** What the tier gives, each step in time. A third party's may give anything. */
async function* pairsOf({ tier, clock, deadlineMs }: ListingSetting): AsyncGenerator<readonly [unknown, unknown]> {
  // Awaited for a tier that promises its listing: a rejection is nobody's else.
  const held = await withinDeadline(() => tier.entries!(), deadlineMs, clock)
  if (!(Symbol.asyncIterator in held)) {
    yield* held
    return
  }
  const steps = held[Symbol.asyncIterator]()
  let isEnded = false
  try {
    for (;;) {
      const step = await withinDeadline(() => steps.next(), deadlineMs, clock)
      isEnded = step.done === true
      if (step.done === true) return
      yield step.value
    }
  } finally {
    if (!isEnded) void leave(steps)
  }
}

/** Nobody waits for it: where a step hangs, so does this. */
async function leave(steps: AsyncIterator<unknown>): Promise<void> {
  try {
    await steps.return?.()
  } catch {
    // What was asked for has been given.
  }
}
