import { join } from 'node:path'
import type { Tier } from '@org/tiered-cache'
import { diskTier } from '../../src/disk/index.ts'
import { sqliteTier } from '../../src/disk/sqlite-tier.ts'
import { keepAlive } from '../../src/keep-alive.ts'
import { type PlantedBug, plainLogTier } from './plain-log-tier.ts'

/** Which tier is put through faults; a `plain:` one has a bug that has to be found. */
export type SubjectName = 'disk' | 'disk-durable' | 'sqlite' | 'plain' | `plain:${PlantedBug}`

/** Where it keeps its files. */
export interface Place {
  readonly directory: string
  readonly maxBytes: number
  readonly segmentBytes: number
}

/** Opening waits for all that is to be recovered, for half of its deadline at the most. */
const PATIENCE = '10m'

/** A tier that is not open yet. */
export function makeSubject(name: SubjectName, place: Place): Tier {
  const { directory, maxBytes, segmentBytes } = place
  if (name === 'disk' || name === 'disk-durable') {
    const durable = name === 'disk-durable'
    return diskTier({ directory, maxBytes, segmentBytes, durable, deadline: PATIENCE })
  }
  if (name === 'sqlite') {
    return sqliteTier({ file: join(directory, 'cache.sqlite'), maxBytes })
  }
  const bug = name === 'plain' ? undefined : (name.slice('plain:'.length) as PlantedBug)
  return plainLogTier({ directory, maxBytes, bug })
}

/** The same, open: all that it recovers is there. `onWarning` is told what it dropped. */
export async function openSubject(
  name: SubjectName,
  place: Place,
  onWarning: (warning: string) => void = () => {},
): Promise<Tier> {
  const tier = makeSubject(name, place)
  tier.onWarning?.(onWarning)
  // The tier itself keeps no process alive while it recovers.
  await keepAlive(Promise.resolve(tier.open?.()))
  return tier
}
