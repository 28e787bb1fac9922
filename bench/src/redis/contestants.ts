import { openSubject, type SubjectContestant } from '../contest/subject.ts'
import type { Subjects } from './store.ts'

const floor = () => import('./contestants/floor.ts')
const nodeRedis = () => import('./contestants/node-redis.ts')
const ioredis = () => import('./contestants/ioredis.ts')
const ours = () => import('./contestants/ours.ts')
const bentocache = () => import('./contestants/bentocache.ts')
const cacheable = () => import('./contestants/cacheable.ts')
const cacheManager = () => import('./contestants/cache-manager.ts')
const asyncCacheDedupe = () => import('./contestants/async-cache-dedupe.ts')

/** Everything that is compared. */
export const CONTESTANTS = {
  floor: { label: 'raw socket, replies counted', load: floor },
  'node-redis': { label: 'node-redis + JSON', load: nodeRedis },
  ioredis: { label: 'ioredis + JSON', load: ioredis },
  'ioredis-auto': { label: 'ioredis, autopipelining + JSON', load: ioredis },
  ours: { label: '@org/tiered-cache', load: ours },
  'ours-ioredis': { label: '@org/tiered-cache over ioredis', load: ours },
  'ours-unleased': { label: '@org/tiered-cache, lease: false', load: ours },
  'ours-bus': { label: '@org/tiered-cache with redisBus', load: ours },
  bentocache: { label: 'bentocache', load: bentocache },
  cacheable: { label: 'cacheable', load: cacheable },
  'cache-manager': { label: 'cache-manager', load: cacheManager },
  'async-cache-dedupe': { label: 'async-cache-dedupe, no memory', load: asyncCacheDedupe },
} as const satisfies Readonly<Record<string, SubjectContestant<Subjects>>>

export type ContestantId = keyof typeof CONTESTANTS

/**
 * Opens one subject of a contestant.
 * @throws Error where the contestant cannot do it.
 */
export function subjectOf<S extends keyof Subjects>(id: ContestantId, name: S): Promise<Subjects[S]> {
  return openSubject<Subjects, S>(CONTESTANTS[id], id, name)
}
