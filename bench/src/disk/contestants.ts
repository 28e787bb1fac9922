import { openSubject, type SubjectContestant } from '../contest/subject.ts'
import type { Subjects } from './store.ts'

const ours = () => import('./contestants/ours.ts')

/** Everything that is compared. */
export const CONTESTANTS = {
  floor: { label: 'pread + crc32', load: () => import('./contestants/floor.ts') },
  ours: { label: '@org/tiered-cache diskTier', load: ours },
  'ours-sqlite': { label: '@org/tiered-cache sqliteTier', load: ours },
  'node-sqlite': { label: 'node:sqlite', load: () => import('./contestants/node-sqlite.ts') },
  'better-sqlite3': { label: 'better-sqlite3', load: () => import('./contestants/better-sqlite3.ts') },
  lmdb: { label: 'lmdb', load: () => import('./contestants/lmdb.ts') },
  'classic-level': { label: 'classic-level', load: () => import('./contestants/classic-level.ts') },
  files: { label: 'one file per key, fs.promises', load: () => import('./contestants/files.ts') },
  cacache: { label: 'cacache', load: () => import('./contestants/cacache.ts') },
  'keyv-file': { label: 'keyv-file', load: () => import('./contestants/keyv-file.ts') },
} as const satisfies Readonly<Record<string, SubjectContestant<Subjects>>>

export type ContestantId = keyof typeof CONTESTANTS

/**
 * Opens one subject of a contestant.
 * @throws Error where the contestant cannot do it.
 */
export function subjectOf<S extends keyof Subjects>(id: ContestantId, name: S): Promise<Subjects[S]> {
  return openSubject<Subjects, S>(CONTESTANTS[id], id, name)
}
