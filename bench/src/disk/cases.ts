import type { ContestantId } from './contestants.ts'

/** How a case is measured. */
export type CaseKind = 'get' | 'miss' | 'set' | 'bytes' | 'load' | 'bound' | 'open'

/** One thing that every contestant does in its own way. */
export interface Case {
  readonly id: string
  readonly title: string
  readonly kind: CaseKind
  /** Of each value. */
  readonly bytes: number
  /** Keys that are stored. */
  readonly keys: number
  readonly contestants: readonly ContestantId[]
}

const KiB = 1024
const PEERS = ['node-sqlite', 'better-sqlite3', 'lmdb', 'classic-level', 'files', 'cacache', 'keyv-file'] as const
const STORES = ['ours', 'ours-sqlite', ...PEERS] as const
const READERS = ['floor', ...STORES] as const
/** All but keyv-file, which writes all its keys with every set. */
const LARGE = READERS.filter((id) => id !== 'keyv-file')

/** The cases in the order they are told. */
export const CASES = [
  one('get-200', 'get', 200, 2000, 'A get of 200 B, the page in memory', READERS),
  one('get-4k', 'get', 4 * KiB, 1000, 'A get of 4 KiB', READERS),
  one('get-10k', 'get', 10 * KiB, 500, 'A get of 10 KiB', READERS),
  one('get-64k', 'get', 64 * KiB, 100, 'A get of 64 KiB', LARGE),
  one('get-1m', 'get', KiB * KiB, 20, 'A get of 1 MiB', LARGE),
  one('miss', 'miss', 200, 1000, 'A get of a key that is not there', STORES),
  one('set-200', 'set', 200, 2000, 'A set of 200 B, 100 at once', STORES),
  one('set-10k', 'set', 10 * KiB, 1000, 'A set of 10 KiB, 100 at once', STORES),
  one('bytes-200', 'bytes', 200, 5000, 'Bytes on disk for each of 200 B values', STORES),
  one('bytes-10k', 'bytes', 10 * KiB, 500, 'Bytes on disk for each of 10 KiB values', STORES),
  one('load', 'load', 10 * KiB, 500, 'What the event loop waits under 90 gets and 10 sets at once', STORES),
  one('bound', 'bound', 10 * KiB, 2000, 'Segments beyond the bound, at the most', ['ours']),
  one('open-1m', 'open', 200, 1_000_000, 'Opening 1,000,000 entries', ['ours']),
] as const satisfies readonly Case[]

export type CaseId = (typeof CASES)[number]['id']

function one<Id extends string>(
  id: Id,
  kind: CaseKind,
  bytes: number,
  keys: number,
  title: string,
  contestants: readonly ContestantId[],
) {
  return { id, kind, bytes, keys, title, contestants }
}
