import { openSubject, type SubjectContestant } from '../contest/subject.ts'
import type { Subjects } from './subject.ts'

const floor = () => import('./contestants/floor.ts')
const ours = () => import('./contestants/ours.ts')
const bentocache = () => import('./contestants/bentocache.ts')
const cacheable = () => import('./contestants/cacheable.ts')
const cacheManager = () => import('./contestants/cache-manager.ts')

/** Everything that is compared. */
export const CONTESTANTS = {
  'map-async': { label: 'Map in an async function', load: floor },
  ours: { label: '@org/tiered-cache', load: ours },
  'ours-tagged': { label: '@org/tiered-cache, tags', load: ours },
  'ours-namespace': { label: '@org/tiered-cache, in a namespace', load: ours },
  'ours-namespace-tagged': { label: '@org/tiered-cache, tags in a namespace', load: ours },
  'ours-singles': { label: '@org/tiered-cache, 100 x getOrSet', load: ours },
  bentocache: { label: 'bentocache', load: bentocache },
  'bentocache-reference': { label: 'bentocache, serialize off', load: bentocache },
  cacheable: { label: 'cacheable', load: cacheable },
  'cacheable-reference': { label: 'cacheable, useClone off', load: cacheable },
  'cache-manager': { label: 'cache-manager', load: cacheManager },
} as const satisfies Readonly<Record<string, SubjectContestant<Subjects>>>

export type ContestantId = keyof typeof CONTESTANTS

/**
 * Opens one subject of a contestant.
 * @throws Error where the contestant cannot do it.
 */
export function subjectOf<S extends keyof Subjects>(id: ContestantId, name: S): Promise<Subjects[S]> {
  return openSubject<Subjects, S>(CONTESTANTS[id], id, name)
}
