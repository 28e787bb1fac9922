import type { Cell } from '../measure.ts'
import type { Payload } from '../payload.ts'

/** A Redis that contestants store in. */
export interface RedisPlace {
  readonly url: string
  /** Before all keys: nobody else has any that begin so, and whatever does is removed when the run ends. */
  readonly namespace: string
}

/** What every contestant is given to run on. */
export interface Ground {
  readonly payload: Payload
  /** A folder for this payload alone, removed at its end. */
  readonly folder: string
  /** `undefined` where Redis is not measured. */
  readonly redis: RedisPlace | undefined
}

/** A storage set-up to measure, filled and ready. */
export interface Contestant {
  readonly cells: readonly Cell[]
  /** Deletes what it stored and closes it; answers the operations that failed. */
  close(): Promise<Faults>
}

/** Operations that failed in a contestant: they read as misses, so its numbers mean nothing where there are any. */
export interface Faults {
  readonly contestant: string
  readonly count: number
}

/** @throws Error where there is none, and a contestant of Redis is asked for all the same */
export function redisOf({ redis }: Ground): RedisPlace {
  if (redis === undefined) throw new Error('no Redis was started for this run')
  return redis
}

/** How long a tier may take for one operation here: the bench wants to see slow operations, not to cut them. */
export const PATIENCE: number = Infinity
