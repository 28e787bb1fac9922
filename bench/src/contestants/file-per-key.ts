import { join } from 'node:path'
import type { Contestant, Ground } from './contestant.ts'
import { filePerKeyTier } from './file-per-key-tier.ts'
import { singleTier } from './single-tier.ts'

export const FILE_PER_KEY = 'disk (file per key)'

/** A cache of one file per key alone. */
export function openFilePerKey(ground: Ground): Promise<Contestant> {
  const folder = join(ground.folder, 'files')
  return singleTier(FILE_PER_KEY, filePerKeyTier(folder), ground)
}
