import type { ContestantId } from './contestants.ts'

/**
 * How a case is measured: `sync`, `get` and `get-or-set` read what is there, `beside` too while other entries go; `gone` reads what
 * went just before, `invalidate` lets entries go; `waiters` ask for one key at once, `many` for many keys.
 */
export type CaseKind = 'sync' | 'get' | 'get-or-set' | 'beside' | 'gone' | 'invalidate' | 'waiters' | 'many'

/** One thing that every contestant does in its own way. */
export interface Case {
  readonly id: string
  readonly title: string
  readonly kind: CaseKind
  /** What a store is filled with first; of `waiters` how many there are, of `many` the keys of a call. */
  readonly entries: number
  readonly contestants: readonly ContestantId[]
}

const OURS = ['ours', 'ours-tagged', 'ours-namespace', 'ours-namespace-tagged'] as const
const PEERS = ['bentocache', 'bentocache-reference', 'cacheable', 'cacheable-reference', 'cache-manager'] as const

/** The cases in the order they are told. */
export const CASES = [
  one('get-or-set', 'get-or-set', 10_000, 'An awaited hit by getOrSet, 10,000 entries', [
    'map-async',
    ...OURS,
    ...PEERS,
  ]),
  one('get', 'get', 10_000, 'An awaited hit by get, 10,000 entries', OURS),
  one('sync', 'sync', 10_000, 'A hit by getSync, 10,000 entries', OURS),
  one('beside', 'beside', 10_000, 'A hit by getSync right after another tag was invalidated', OURS),
  one('gone', 'gone', 10_000, 'An awaited get of what went just before: by clear(), its tag or that of its namespace', [
    'ours',
    'ours-tagged',
    'ours-namespace',
  ]),
  one('invalidate-10', 'invalidate', 10, 'invalidateTag with 10 entries under the tag', ['ours']),
  one('invalidate-10k', 'invalidate', 10_000, 'invalidateTag with 10,000 entries under the tag', ['ours']),
  one('invalidate-1m', 'invalidate', 1_000_000, 'invalidateTag with 1,000,000 entries under the tag', ['ours']),
  one('waiters', 'waiters', 1000, '1,000 waiters on one load, from its end until all have the value', [
    'map-async',
    'ours',
    ...PEERS,
  ]),
  one('many', 'many', 100, 'getOrSetMany of 100 keys of which 50 are missing', ['ours', 'ours-singles', ...PEERS]),
] as const satisfies readonly Case[]

export type CaseId = (typeof CASES)[number]['id']

function one<Id extends string>(
  id: Id,
  kind: CaseKind,
  entries: number,
  title: string,
  contestants: readonly ContestantId[],
) {
  return { id, kind, entries, title, contestants }
}
