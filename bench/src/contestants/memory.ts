import { memoryTier, TieredCache } from '@org/tiered-cache'
import type { Cell } from '../measure.ts'
import type { Contestant, Ground } from './contestant.ts'
import { ABSENT_KEYS, mustExist, repeated, storedKeys } from './keys.ts'
import { emptied, fill } from './single-tier.ts'

export const MEMORY = 'memory'

/** Operations in one sample: one alone takes less time than reading the clock. */
export const BATCH = 1_000

/** A cache of the memory tier alone, timed in batches. */
export async function openMemory(ground: Ground): Promise<Contestant> {
  const cache = new TieredCache({ tiers: [memoryTier()], name: MEMORY })
  const keys = storedKeys(ground.payload)
  await fill(cache, keys, ground)
  return {
    cells: memoryCells(cache, keys, ground.payload.value),
    close: () => emptied(cache, keys, MEMORY),
  }
}

function memoryCells(cache: TieredCache, keys: readonly string[], value: unknown): Cell[] {
  const stored = repeated(keys, BATCH)
  const absent = repeated(ABSENT_KEYS, BATCH)
  const cell = (operation: string, sample: () => Promise<void> | void): Cell => ({
    contestant: MEMORY,
    operation,
    batch: BATCH,
    sample,
  })
  return [
    cell('get hit', async () => {
      for (const key of stored) mustExist(await cache.get(key), MEMORY)
    }),
    cell('getSync hit', () => {
      for (const key of stored) mustExist(cache.getSync(key), MEMORY)
    }),
    cell('get miss', async () => {
      for (const key of absent) await cache.get(key)
    }),
    cell('set', async () => {
      for (const key of stored) await cache.set(key, value)
    }),
  ]
}
