import { openSubject, type SubjectContestant } from '../contest/subject.ts'
import type { Subjects } from './store.ts'

interface Contestant extends SubjectContestant<Subjects> {
  /** Takes tens of times as long as the others: a sixteenth of the sets is enough. */
  readonly isSlow?: true
}

const floor = () => import('./contestants/floor.ts')
const ours = () => import('./contestants/ours.ts')
const lruCache = () => import('./contestants/lru-cache.ts')
const quickLru = () => import('./contestants/quick-lru.ts')
const mnemonist = () => import('./contestants/mnemonist.ts')
const tinyLru = () => import('./contestants/tiny-lru.ts')
const sieveCache = () => import('./contestants/sieve-cache.ts')
const cacheable = () => import('./contestants/cacheable.ts')

/** Everything that is compared. */
export const CONTESTANTS = {
  alone: { label: 'keys and values alone', load: floor },
  map: { label: 'Map, no bound', load: floor },
  'map-async': { label: 'Map in an async function', load: floor },
  fifo: { label: 'Map + FIFO (hand-written)', load: floor },
  ours: { label: 'memoryTier', load: ours },
  'ours-lru': { label: "memoryTier, policy 'lru'", load: ours },
  'ours-sieve': { label: "memoryTier, policy 'sieve'", load: ours },
  'ours-cache': { label: 'TieredCache over memoryTier', load: ours },
  'lru-cache': { label: 'lru-cache', load: lruCache },
  'lru-cache-ttl': { label: 'lru-cache, with ttl', load: lruCache },
  'quick-lru': { label: 'quick-lru', load: quickLru },
  mnemonist: { label: 'mnemonist LRUCache', load: mnemonist },
  'tiny-lru': { label: 'tiny-lru', load: tinyLru },
  'sieve-cache': { label: '@neophi/sieve-cache', load: sieveCache },
  cacheable: { label: '@cacheable/memory, useClone off', load: cacheable, isSlow: true },
} as const satisfies Readonly<Record<string, Contestant>>

export type ContestantId = keyof typeof CONTESTANTS

/**
 * Opens one subject of a contestant.
 * @throws Error where the contestant cannot do it.
 */
export function subjectOf<S extends keyof Subjects>(id: ContestantId, name: S): Promise<Subjects[S]> {
  return openSubject<Subjects, S>(CONTESTANTS[id], id, name)
}

/** Whether fewer sets have to do for it. */
export function isSlow(id: ContestantId): boolean {
  const { isSlow: slow }: Contestant = CONTESTANTS[id]
  return slow === true
}
