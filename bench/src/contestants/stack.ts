import { memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import type { TierKind } from '../arguments.ts'
import type { Cell } from '../measure.ts'
import type { Contestant, Ground } from './contestant.ts'
import { openDiskTier } from './disk.ts'
import { ABSENT_KEYS, inTurn, mustExist, repeated, storedKeys } from './keys.ts'
import { BATCH } from './memory.ts'
import { openRedisTier } from './redis.ts'
import { emptied, fill } from './single-tier.ts'

/** The contestant with all tiers of the run composed. */
export const STACK = 'stack'

const LABELS: Readonly<Record<TierKind, string>> = { memory: 'memory', redis: 'Redis', disk: 'disk' }

/** A tier of the stack and what the report calls it. */
interface Stage {
  readonly kind: TierKind
  readonly tier: Tier
}

/** The tiers composed into one cache, fastest first: a hit in each of them with its backfill, a miss in all, a set. */
export async function openStack(kinds: readonly TierKind[], ground: Ground): Promise<Contestant> {
  const stages = kinds.map((kind): Stage => ({ kind, tier: openTier(kind, ground) }))
  const cache = new TieredCache({ tiers: stages.map((stage) => stage.tier), name: STACK })
  const keys = storedKeys(ground.payload)
  await fill(cache, keys, ground)
  const hits = stages.map((stage, depth) => hitCell(cache, keys, stage, stages.slice(0, depth)))
  return {
    cells: [...hits, ...otherCells(cache, keys, ground.payload.value)],
    close: () => emptied(cache, keys, STACK),
  }
}

function openTier(kind: TierKind, ground: Ground): Tier {
  if (kind === 'memory') return memoryTier()
  if (kind === 'redis') return openRedisTier(STACK, ground)
  return openDiskTier(STACK, ground)
}

function hitCell(cache: TieredCache, keys: readonly string[], stage: Stage, above: readonly Stage[]): Cell {
  const operation = above.length === 0 ? `${LABELS[stage.kind]} hit` : `${LABELS[stage.kind]} hit + backfill`
  if (stage.tier.sync) return syncHitCell(operation, cache, keys)
  const stored = inTurn(keys)
  let key = stored()
  return {
    contestant: STACK,
    operation,
    batch: 1,
    // Taken out of the tiers themselves, behind the back of the cache: its own delete would empty the lower ones too.
    async prepare() {
      await cache.idle()
      key = stored()
      for (const { tier } of above) await tier.delete(key)
    },
    sample: async () => mustExist(await cache.get(key), STACK),
  }
}

function syncHitCell(operation: string, cache: TieredCache, keys: readonly string[]): Cell {
  const stored = repeated(keys, BATCH)
  return {
    contestant: STACK,
    operation,
    batch: BATCH,
    // The cells of the tiers below may have left the key out of this one.
    async prepare() {
      for (const key of keys) await cache.get(key)
    },
    async sample() {
      for (const key of stored) mustExist(await cache.get(key), STACK)
    },
  }
}

function otherCells(cache: TieredCache, keys: readonly string[], value: unknown): Cell[] {
  const stored = inTurn(keys)
  const absent = inTurn(ABSENT_KEYS)
  return [
    {
      contestant: STACK,
      operation: 'miss in all',
      batch: 1,
      prepare: () => cache.idle(),
      sample: async () => void (await cache.get(absent())),
    },
    {
      contestant: STACK,
      operation: 'set in all',
      batch: 1,
      sample: async () => void (await cache.set(stored(), value)),
    },
  ]
}
