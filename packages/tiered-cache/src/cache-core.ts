import { CacheLife } from './cache-life.ts'
import type { Clock } from './clock.ts'
import { composeLink, composeTiers, type Composition } from './compose.ts'
import type { BusLink } from './core/bus-link.ts'
import { HotTime } from './core/hot-time.ts'
import type { LookupSetting } from './core/lookup.ts'
import { OwnedWork } from './core/owned-work.ts'
import { ReadThrough } from './core/read-through.ts'
import { StoreTime } from './core/store-time.ts'
import type { Tags } from './core/tags/tags.ts'
import type { TierAccess } from './core/tier-access.ts'
import type { Freshnesses } from './freshness-options.ts'
import type { ResolvedCacheOptions } from './options.ts'
import { Recorder } from './telemetry/recorder.ts'
import type { Bus } from './tiers/bus.ts'
import type { Off } from './tiers/tier.ts'

/** What the verbs of a cache and of its namespaces work on. */
export interface CacheCore {
  readonly name: string
  readonly clock: Clock
  readonly freshness: Freshnesses
  readonly storeTime: StoreTime
  readonly hotTime: HotTime
  readonly work: OwnedWork
  readonly recorder: Recorder
  readonly lookup: LookupSetting
  /** The tiers, and where none is shared one that publishes. */
  readonly writers: readonly TierAccess[]
  readonly tags: Tags
  readonly through: ReadThrough
  readonly bus: Bus | undefined
  readonly link: BusLink | undefined
  readonly offs: readonly Off[]
  readonly life: CacheLife
}

/** Puts a cache together from its validated options. Nothing is opened yet. */
export function cacheCore(options: ResolvedCacheOptions): CacheCore {
  const { bus, name, logger, clock, freshness, schema } = options
  const recorder = new Recorder(name, logger)
  const [storeTime, hotTime, work] = [new StoreTime(clock), new HotTime(clock), new OwnedWork()]
  const offs: Off[] = []
  const composition: Composition = {
    clock,
    storeTime,
    work,
    recorder,
    schema,
    announce: bus && { written: (keys) => link!.written(keys), cleared: () => link!.cleared() },
    overtaken: (key) => void through.writes.overtaken(key),
    offs,
  }
  const composed = composeTiers(options.tiers, composition)
  const { tiers, writers, tags } = composed
  const writing = bus && (() => link!.writing())
  const through = new ReadThrough({ ...composed, writing, clock, storeTime, work, report: recorder })
  const link: BusLink | undefined = bus && composeLink(bus, composed, composition, () => through.writes)
  const lookup = { tiers, clock, tags }
  return {
    name,
    clock,
    freshness,
    storeTime,
    hotTime,
    work,
    recorder,
    lookup,
    writers,
    tags,
    through,
    bus,
    link,
    offs,
    life: new CacheLife(name),
  }
}
