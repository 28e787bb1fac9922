import { deepStrictEqual } from 'node:assert/strict'
import { type Tier, TieredCache } from '@org/tiered-cache'
import type { Cell } from '../measure.ts'
import type { Contestant, Faults, Ground } from './contestant.ts'
import { ABSENT_KEYS, inTurn, mustExist, storedKeys } from './keys.ts'

/** A cache of one asynchronous tier, so that its numbers hold all that a caller pays: guard, codec, stats. */
export async function singleTier(name: string, tier: Tier, ground: Ground): Promise<Contestant> {
  const cache = new TieredCache({ tiers: [tier], name })
  const keys = storedKeys(ground.payload)
  await fill(cache, keys, ground)
  return {
    cells: asyncCells(name, cache, keys, ground.payload.value),
    close: () => emptied(cache, keys, name),
  }
}

/** Stores the payload under each key and proves that it comes back equal. */
export async function fill(cache: TieredCache, keys: readonly string[], { payload }: Ground): Promise<void> {
  await cache.ready()
  // All at once: keyv-file takes 100 ms for each turn of writing, however many keys it writes.
  await Promise.all(keys.map((key) => cache.set(key, payload.value)))
  deepStrictEqual(await cache.get(keys[0] as string), payload.value)
}

/** Deletes the keys, closes the cache, and tells the faults of all its tiers. */
export async function emptied(cache: TieredCache, keys: readonly string[], name: string): Promise<Faults> {
  await cache.idle()
  await cache.deleteMany(keys)
  const count = Object.values(cache.stats().tiers).reduce((sum, tier) => sum + tier.faults, 0)
  await cache.close()
  return { contestant: name, count }
}

function asyncCells(name: string, cache: TieredCache, keys: readonly string[], value: unknown): Cell[] {
  const stored = inTurn(keys)
  const absent = inTurn(ABSENT_KEYS)
  const cell = (operation: string, sample: () => Promise<void>): Cell => ({
    contestant: name,
    operation,
    batch: 1,
    sample,
  })
  return [
    cell('get hit', async () => mustExist(await cache.get(stored()), name)),
    cell('get miss', async () => void (await cache.get(absent()))),
    cell('set', async () => void (await cache.set(stored(), value))),
  ]
}
