import { openSubject, type SubjectContestant } from '../contest/subject.ts'
import type { Subjects } from './subject.ts'

const bare = () => import('./contestants/bare.ts')
const floor = () => import('./contestants/floor.ts')
const ours = () => import('./contestants/ours.ts')
const opossum = () => import('./contestants/opossum.ts')
const cockatiel = () => import('./contestants/cockatiel.ts')
const mollitia = () => import('./contestants/mollitia.ts')
const pFamily = () => import('./contestants/p-family.ts')

/** Everything that is compared. */
export const CONTESTANTS = {
  bare: { label: 'no protection', load: bare },
  floor: { label: 'floor (hand-written)', load: floor },
  'floor-fast': { label: 'fast floor (hand-written)', load: floor },
  ours: { label: '@org/breaker', load: ours },
  'ours-100': { label: '@org/breaker, window of 100 calls', load: ours },
  'ours-100k': { label: '@org/breaker, window of 100,000 calls', load: ours },
  'ours-10s': { label: '@org/breaker, window of 10 s', load: ours },
  'ours-10ks': { label: '@org/breaker, window of 10,000 s', load: ours },
  opossum: { label: 'opossum', load: opossum },
  'opossum-tuned': { label: 'opossum, percentiles and snapshots off', load: opossum },
  'opossum-retry': { label: 'opossum + p-retry', load: opossum },
  cockatiel: { label: 'cockatiel', load: cockatiel },
  mollitia: { label: 'mollitia', load: mollitia },
  'p-limit': { label: 'p-limit', load: pFamily },
  'p-retry': { label: 'p-retry', load: pFamily },
  'p-timeout': { label: 'p-timeout', load: pFamily },
  'p-all': { label: 'p-retry + p-limit + p-timeout', load: pFamily },
} as const satisfies Readonly<Record<string, SubjectContestant<Subjects>>>

export type ContestantId = keyof typeof CONTESTANTS

/**
 * Opens one subject of a contestant.
 * @throws Error where the contestant cannot do it.
 */
export function subjectOf<S extends keyof Subjects>(id: ContestantId, name: S): Promise<Subjects[S]> {
  return openSubject<Subjects, S>(CONTESTANTS[id], id, name)
}
