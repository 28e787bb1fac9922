import type { ContestantId } from './contestants.ts'

/**
 * How a case is measured: `get` and `get-many` read what memory does not hold, `set` writes both, `sync` and `awaited` read what
 * memory holds.
 */
export type CaseKind = 'get' | 'get-many' | 'set' | 'sync' | 'awaited'

/** One thing that every contestant does in its own way. */
export interface Case {
  readonly id: string
  readonly title: string
  readonly kind: CaseKind
  /** Keys that are called for at once; of `sync` and `awaited`, keys that memory holds. */
  readonly burst: number
  readonly contestants: readonly ContestantId[]
}

const CLIENTS = ['floor', 'node-redis', 'ioredis'] as const
const PEERS = ['bentocache', 'cacheable', 'cache-manager', 'async-cache-dedupe'] as const
const READERS = [...CLIENTS, 'ioredis-auto', 'ours', 'ours-ioredis', ...PEERS] as const
const WRITERS = [...CLIENTS, 'ioredis-auto', 'ours', 'ours-unleased', 'ours-bus', ...PEERS] as const
const HOLDERS = ['ours', 'ours-bus'] as const

/** The cases in the order they are told. */
export const CASES = [
  one('get-1', 'get', 1, 'A get that Redis answers, one after another', READERS),
  one('get-100', 'get', 100, 'A get that Redis answers, 100 at once', READERS),
  one('get-many', 'get-many', 100, 'getMany of 100 keys that Redis has, the whole call', [
    ...CLIENTS,
    'ours',
    'ours-ioredis',
    ...PEERS,
  ]),
  one('set-1', 'set', 1, 'A set of memory and Redis, one after another', WRITERS),
  one('set-100', 'set', 100, 'A set of memory and Redis, 100 at once', WRITERS),
  one('sync', 'sync', 1000, 'A hit in memory without a promise', HOLDERS),
  one('awaited', 'awaited', 1000, 'An awaited hit in memory', HOLDERS),
] as const satisfies readonly Case[]

export type CaseId = (typeof CASES)[number]['id']

function one<Id extends string>(
  id: Id,
  kind: CaseKind,
  burst: number,
  title: string,
  contestants: readonly ContestantId[],
) {
  return { id, kind, burst, title, contestants }
}
