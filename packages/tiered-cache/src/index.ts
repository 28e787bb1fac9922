export { TieredCache } from './cache.ts'
export type { CacheVerbs, Loaded } from './cache-verbs.ts'
export type { Clock } from './clock.ts'
export type { Codec } from './codec/codec.ts'
export { jsonCodec } from './codec/json.ts'
export { structuredCodec } from './codec/structured.ts'
export type { EntryInfo } from './core/inspect.ts'
export type { BatchContext, BatchLoader, BatchResult } from './core/batch-load.ts'
export type { LoadContext, Loader } from './core/loader.ts'
export type { Acknowledged } from './core/write.ts'
export type { Duration } from './duration.ts'
export type { Entry, Freshness, TagStamp } from './entry.ts'
export {
  CacheClosedError,
  LoadTimeoutError,
  MissingPeerError,
  TierDeadlineError,
  TierFaultError,
  UnstorableValueError,
} from './errors.ts'
export type { FreshnessOptions, NegativeErrors } from './freshness-options.ts'
export type {
  CacheLogger,
  LoadOptions,
  ReadOptions,
  TieredCacheOptions,
  InvalidateOptions,
  WrapOptions,
  WriteOptions,
} from './options.ts'
export type { SchemaResult, StandardSchema } from './standard-schema.ts'
export type { CacheEvents } from './telemetry/events.ts'
export type { CacheStats, LatencyStats, TierStats } from './telemetry/stats.ts'
export type { Bus, BusListener, BusMessage } from './tiers/bus.ts'
export { localBus } from './tiers/local-bus.ts'
export { type KeyvLike, type KeyvTierOptions, keyvTier } from './tiers/keyv-tier.ts'
export type { Bytes } from './bytes.ts'
export type { CopyMode, MemoryPolicy, MemoryResize, MemoryTierOptions } from './tiers/memory/memory-tier-options.ts'
export { type MemoryTier, type MemoryTierMeasure, memoryTier } from './tiers/memory-tier.ts'
export { type QuickLruLike, type QuickLruTierOptions, quickLruTier } from './tiers/quick-lru-tier.ts'
export {
  type DeleteCause,
  type LeaseAuthority,
  type LeaseGrant,
  type MaybePromise,
  MISS,
  type Off,
  type RemovalCause,
  type Tier,
  type TierMeasure,
} from './tiers/tier.ts'
export type { Wrapped } from './wrapped.ts'
