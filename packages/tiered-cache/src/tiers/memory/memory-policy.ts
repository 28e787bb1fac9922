import type { Column } from '../../policies/column.ts'
import { LruPolicy } from '../../policies/lru-policy.ts'
import { SievePolicy } from '../../policies/sieve-policy.ts'
import { TinyLfuPolicy } from '../../policies/tinylfu/tinylfu-policy.ts'
import type { CountedPolicy } from '../../policies/use-byte.ts'
import type { MemoryBounds, MemoryTierSettings } from './memory-tier-settings.ts'

/** The policy that the settings name. */
export function policyOf(settings: MemoryTierSettings, weights: Column, bounds: MemoryBounds): CountedPolicy {
  const { policy, seed } = settings
  if (policy === 'lru') return new LruPolicy()
  return policy === 'sieve' ? new SievePolicy() : new TinyLfuPolicy(weights, bounds, seed)
}

/** The part of the capacity that is for newcomers, with `'tinylfu'` alone. */
export function windowShareOf(policy: CountedPolicy): number | undefined {
  return policy instanceof TinyLfuPolicy ? policy.windowShare : undefined
}
