import { join } from 'node:path'
import type { Tier } from '@org/tiered-cache'
import { diskTier } from '@org/tiered-cache/disk'
import type { Contestant, Ground } from './contestant.ts'
import { singleTier } from './single-tier.ts'

export const DISK = 'disk (diskTier)'

/** Not `PATIENCE`: opening waits for all that is to be recovered, for half of it at the most. */
const DEADLINE = '10m'

/** A cache of the disk tier alone. */
export function openDisk(ground: Ground): Promise<Contestant> {
  return singleTier(DISK, openDiskTier('alone', ground), ground)
}

/** The product's tier, as it comes but for the deadline, in a directory of its own below the ground's. */
export function openDiskTier(name: string, { folder }: Pick<Ground, 'folder'>): Tier {
  return diskTier({ directory: join(folder, 'disk', name), deadline: DEADLINE })
}
