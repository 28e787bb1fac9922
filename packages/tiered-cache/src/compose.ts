import type { Clock } from './clock.ts'
import { AsyncTierAccess } from './core/async-tier-access.ts'
import { BusCursor } from './core/bus-cursor.ts'
import { BusLink } from './core/bus-link.ts'
import { Generations } from './core/generation.ts'
import { Leases } from './core/leases.ts'
import type { OwnedWork } from './core/owned-work.ts'
import { SchemaCheck } from './core/schema-check.ts'
import type { StoreTime } from './core/store-time.ts'
import { SyncTierAccess } from './core/sync-tier-access.ts'
import { StampRecords } from './core/tags/stamp-records.ts'
import { Tags } from './core/tags/tags.ts'
import type { TierAccess } from './core/tier-access.ts'
import type { Writes } from './core/writes.ts'
import { durationMs } from './duration.ts'
import type { TierFaultError, UnstorableValueError } from './errors.ts'
import { setupWarnings } from './setup-warnings.ts'
import type { StandardSchema } from './standard-schema.ts'
import { TierCounters } from './telemetry/counters.ts'
import type { Recorder } from './telemetry/recorder.ts'
import type { Announcements, Bus } from './tiers/bus.ts'
import { GuardedTier } from './tiers/guarded-tier.ts'
import { publishingTier } from './tiers/publishing-tier.ts'
import type { Off, Tier } from './tiers/tier.ts'

const SHARED_DEADLINE_MS = 250
const PRIVATE_DEADLINE_MS = 1_000

/** What the tiers of one cache have in common. */
export interface Composition {
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly recorder: Recorder
  /** What values of asynchronous tiers must fit. */
  readonly schema: StandardSchema | undefined
  /** Tells the other nodes of a write; `undefined` without a bus. */
  readonly announce: Announcements | undefined
  /** Another node has written the key: private tiers are to drop it. */
  readonly overtaken: (key: string) => void
  /** What ends the listening to the tiers. */
  readonly offs: Off[]
}

const NO_READING =
  'the bus refuses to be read, perhaps because another cache reads it: this one does not hear of the writes of others, and passes its private tiers by while a shared one answers'

/** The parts of one cache that stand on its tiers. */
export interface Composed {
  /** Those that are read, in the order given. */
  readonly tiers: readonly TierAccess[]
  /** Those that are written: where no tier is shared, one more that publishes. */
  readonly writers: readonly TierAccess[]
  readonly generations: Generations
  readonly leases: Leases | undefined
  readonly tags: Tags
  /** Those that are told of an invalidated tag: the tier that keeps stamps, and what publishes. */
  readonly stampWriters: readonly TierAccess[]
}

/** Puts the parts of a cache together on its tiers, and tells the log of likely mistakes in the set-up. Opens nothing. */
export function composeTiers(tiers: readonly Tier[], composition: Composition): Composed {
  const { recorder, announce, work, storeTime } = composition
  const accesses = tiers.map((tier) => compose(tier, composition))
  const isShared = tiers.some(({ shared }) => shared)
  for (const warning of setupWarnings(tiers, announce !== undefined)) recorder.advise(warning)
  const publishers = announce === undefined || isShared ? [] : [compose(publishingTier(), composition)]
  const generations = new Generations()
  const leases = leasesOf(accesses, composition, () => tags)
  const stampTier = stampTierOf(accesses, leases)
  const keeper = stampTier && new StampRecords({ ...composition, access: stampTier, generations, leases })
  const tags = new Tags({ keeper, work, now: () => storeTime.stamp() })
  const stampWriters = [...(stampTier === undefined ? [] : [stampTier]), ...publishers]
  return { tiers: accesses, writers: [...accesses, ...publishers], generations, leases, tags, stampWriters }
}

/** What all nodes see, else what outlives the process; `undefined` where neither is there. */
function stampTierOf(tiers: readonly TierAccess[], leases: Leases | undefined): TierAccess | undefined {
  return leases?.tier ?? tiers.find(({ tier }) => tier.shared) ?? tiers.findLast(({ tier }) => !tier.sync)
}

/** The leases of the first tier that gives some out. */
function leasesOf(tiers: readonly TierAccess[], composition: Composition, tags: () => Tags): Leases | undefined {
  const { clock, work, recorder, overtaken } = composition
  const tier = tiers.find((access) => access instanceof AsyncTierAccess && access.leases !== undefined)
  if (!(tier instanceof AsyncTierAccess) || tier.leases === undefined) return undefined
  const unstorable = (error: UnstorableValueError): void => recorder.unstorable(tier.tier.name, error)
  return new Leases({ tier, access: tier.leases, clock, work, tags, refused: overtaken, unstorable })
}

/** The link to the bus and its cursor in the private tiers that outlive the process. */
export function composeLink(bus: Bus, composed: Composed, composition: Composition, writes: () => Writes): BusLink {
  const { clock, storeTime, work, recorder } = composition
  const { tiers, writers } = composed
  const isBehind = (): boolean => !writers.every(({ isSettled }) => isSettled)
  const lasting = tiers.filter(({ tier }) => !tier.shared && !tier.sync)
  return new BusLink({
    bus,
    clock,
    work,
    tiers,
    writers,
    cursor: new BusCursor({ tiers: lasting, isBehind, clock, storeTime, work }),
    overtaken: (key) => writes().overtaken(key),
    overtakenAll: () => writes().overtakenAll(),
    refused: () => recorder.advise(NO_READING),
    cut: (isCut) => recorder.busCut(isCut),
  })
}

/** A tier as the core sees it: a synchronous one is called as it is, an asynchronous one stands behind its guard. */
function compose(tier: Tier, composition: Composition): TierAccess {
  const { clock, storeTime, recorder, offs } = composition
  const counters = new TierCounters()
  const off = tier.onRemoval?.((key, cause) => recorder.removed(tier.name, counters, key, cause))
  const quiet = tier.onWarning?.((warning) => recorder.advise(`tier "${tier.name}": ${warning}`))
  for (const each of [off, quiet]) if (each !== undefined) offs.push(each)
  const fault = (error: TierFaultError): void => recorder.fault(counters, error)
  const unstorable = (error: UnstorableValueError): void => recorder.unstorable(tier.name, error)
  if (tier.sync) return new SyncTierAccess(tier, counters, { clock, storeTime, fault, unstorable })
  return guarded(tier, counters, composition)
}

function guarded(tier: Tier, counters: TierCounters, composition: Composition): TierAccess {
  const { clock, storeTime, work, recorder, schema, overtaken } = composition
  const deadlineMs = durationMs('deadline', tier.deadline ?? (tier.shared ? SHARED_DEADLINE_MS : PRIVATE_DEADLINE_MS))
  const fault = (error: TierFaultError): void => recorder.fault(counters, error)
  const guard = new GuardedTier(tier, deadlineMs, clock, {
    fault,
    available: (available) => {
      recorder.available(tier.name, available)
      if (available) access.replay()
    },
    timed: (ms) => counters.latency.record(ms),
  })
  const unstorable = (error: UnstorableValueError): void => recorder.unstorable(tier.name, error)
  const announce = tier.shared ? composition.announce : undefined
  const unfit = (): void => recorder.unfit(tier.name, counters)
  const schemaCheck = schema && new SchemaCheck({ schema, clock, deadlineMs, unfit })
  const context = { clock, storeTime, work, deadlineMs, fault, unstorable, schemaCheck, announce, overtaken }
  const access = new AsyncTierAccess(tier, counters, guard, context)
  return access
}
