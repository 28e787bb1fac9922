import { join } from 'node:path'
import { keyvTier } from '@org/tiered-cache'
import { Keyv } from 'keyv'
import { KeyvFile } from 'keyv-file'
import { type Contestant, type Ground, PATIENCE } from './contestant.ts'
import { singleTier } from './single-tier.ts'

export const KEYV_FILE = 'disk (keyv-file)'

/** A cache of keyv-file alone, with its default options: one JSON file, written 100 ms after a change. */
export function openKeyvFile(ground: Ground): Promise<Contestant> {
  const filename = join(ground.folder, 'keyv-file.json')
  const keyv = new Keyv(new KeyvFile({ filename }))
  const tier = keyvTier(keyv, { name: 'keyv-file', shared: false, deadline: PATIENCE, closeKeyv: true })
  return singleTier(KEYV_FILE, tier, ground)
}
