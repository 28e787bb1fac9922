import type { Clock } from './clock.ts'
import { AsyncTierAccess } from './core/async-tier-access.ts'
import type { OwnedWork } from './core/owned-work.ts'
import type { StoreTime } from './core/store-time.ts'
import { SyncTierAccess } from './core/sync-tier-access.ts'
import type { TierAccess } from './core/tier-access.ts'
import { durationMs } from './duration.ts'
import type { TierFaultError, UnstorableValueError } from './errors.ts'
import { TierCounters } from './telemetry/counters.ts'
import type { Recorder } from './telemetry/recorder.ts'
import { GuardedTier } from './tiers/guarded-tier.ts'
import type { Off, Tier } from './tiers/tier.ts'

const SHARED_DEADLINE_MS = 250
const PRIVATE_DEADLINE_MS = 1_000

/** What the tiers of one cache have in common. */
export interface Composition {
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly recorder: Recorder
  /** What ends the listening to the tiers. */
  readonly offs: Off[]
}

/** A tier as the core sees it: a synchronous one is called as it is, an asynchronous one stands behind its guard. */
export function compose(tier: Tier, composition: Composition): TierAccess {
  const { clock, storeTime, recorder, offs } = composition
  const counters = new TierCounters()
  const off = tier.onRemoval?.((key, cause) => recorder.removed(tier.name, counters, key, cause))
  if (off !== undefined) offs.push(off)
  const fault = (error: TierFaultError): void => recorder.fault(counters, error)
  const unstorable = (error: UnstorableValueError): void => recorder.unstorable(tier.name, error)
  if (tier.sync) return new SyncTierAccess(tier, counters, { clock, storeTime, fault, unstorable })
  return guarded(tier, counters, composition)
}

function guarded(tier: Tier, counters: TierCounters, { clock, storeTime, work, recorder }: Composition): TierAccess {
  const deadlineMs = durationMs('deadline', tier.deadline ?? (tier.shared ? SHARED_DEADLINE_MS : PRIVATE_DEADLINE_MS))
  const guard = new GuardedTier(tier, deadlineMs, clock, {
    fault: (error) => recorder.fault(counters, error),
    available: (available) => {
      recorder.available(tier.name, available)
      if (available) access.replay()
    },
    timed: (ms) => counters.latency.record(ms),
  })
  const unstorable = (error: UnstorableValueError): void => recorder.unstorable(tier.name, error)
  const access = new AsyncTierAccess(tier, counters, guard, { clock, storeTime, work, deadlineMs, unstorable })
  return access
}
