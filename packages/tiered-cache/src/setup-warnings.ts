import { measureOf } from './telemetry/stats.ts'
import type { Tier } from './tiers/tier.ts'

const NO_BUS =
  'a shared tier beside private ones without a bus: after a write of another node this one serves its old copy for up to the ttl; give the cache a bus (redisBus), or its private tiers a short ttl'

/**
 * What is likely a mistake in how a cache was set up, a sentence each. Of a tier that does not measure itself nothing is said, nor, as to
 * the bus, of a private one with a `ttl`: that bounds how long it serves an old copy.
 */
export function setupWarnings(tiers: readonly Tier[], hasBus: boolean): readonly string[] {
  const isCopied = tiers.some(({ shared }) => shared) && tiers.some(({ shared, ttl }) => !shared && ttl === undefined)
  const unbounded = tiers.filter(isUnboundedMemory).map(({ name }) => noBound(name))
  return isCopied && !hasBus ? [NO_BUS, ...unbounded] : unbounded
}

function noBound(name: string): string {
  return `tier "${name}" keeps its entries in memory without a bound: with enough keys the process runs out of memory; give it one (memoryTier: maxEntries or maxBytes)`
}

function isUnboundedMemory(tier: Tier): boolean {
  if (!tier.sync || tier.shared) return false
  const measure = measureOf(tier)
  return measure?.maxEntries === Infinity && measure.maxWeight === Infinity
}
