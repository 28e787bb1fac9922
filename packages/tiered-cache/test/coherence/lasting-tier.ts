import type { Tier } from '@org/tiered-cache'
import { diskTier } from '@org/tiered-cache/disk'

/** The private tier of a node that outlives its process. */
export function lastingTier(directory: string): Tier {
  return diskTier({ directory, maxBytes: '8mb' })
}
