import type { ContestantId } from './contestants.ts'

/**
 * How a case is measured: `hit` and `awaited` read what is there, `miss` what is not, `overwrite` and `evict` set, `replay`
 * reads through; `bytes` weighs a full store, `growth` one under a million sets, `pauses` looks at single sets.
 */
export type CaseKind = 'hit' | 'miss' | 'awaited' | 'overwrite' | 'evict' | 'replay' | 'bytes' | 'growth' | 'pauses'

/** One thing that every contestant does. */
export interface Case {
  readonly id: string
  readonly title: string
  readonly kind: CaseKind
  /** The bound; also what a store is filled with first. */
  readonly entries: number
  readonly contestants: readonly ContestantId[]
}

const OURS = ['ours', 'ours-lru', 'ours-sieve'] as const
const PEERS = ['lru-cache', 'lru-cache-ttl', 'quick-lru', 'mnemonist', 'tiny-lru', 'sieve-cache'] as const
const BOUNDED = ['fifo', ...OURS, ...PEERS] as const
const ALL = ['map', ...BOUNDED] as const
/** Where a process takes seconds: without those that are much like another one. */
const SOME = ['fifo', ...OURS, 'lru-cache', 'lru-cache-ttl', 'sieve-cache'] as const

/** The cases in the order they are told. */
export const CASES = [
  one('hit-500', 'hit', 500, 'A hit among 500 entries', ALL),
  one('hit-10k', 'hit', 10_000, 'A hit among 10,000 entries', [...ALL, 'cacheable']),
  one('hit-1m', 'hit', 1_000_000, 'A hit among 1,000,000 entries', ALL),
  one('miss-10k', 'miss', 10_000, 'A miss among 10,000 entries', [...ALL, 'cacheable']),
  one('overwrite-10k', 'overwrite', 10_000, 'An overwrite among 10,000 entries', [...ALL, 'cacheable']),
  one('evict-10k', 'evict', 10_000, 'A set that evicts, at 10,000 entries', [...BOUNDED, 'cacheable']),
  one('evict-1m', 'evict', 1_000_000, 'A set that evicts, at 1,000,000 entries', BOUNDED),
  one('replay-10k', 'replay', 10_000, 'Reading through 100,000 keys, Zipf 0.9, with 10,000 entries', BOUNDED),
  one('replay-100k', 'replay', 100_000, 'Reading through 1,000,000 keys, Zipf 0.9, with 100,000 entries', SOME),
  one('bytes-1m', 'bytes', 1_000_000, 'Memory of 1,000,000 entries', ['alone', ...ALL]),
  one('growth-10k', 'growth', 10_000, 'Memory after 1,000,000 sets of distinct keys at a bound of 10,000', BOUNDED),
  one('pauses-1m', 'pauses', 1_000_000, 'The longest single set on the way to 1,000,000 entries and beyond', [
    'map',
    ...SOME,
  ]),
  one('get-sync', 'hit', 10_000, 'A hit through a whole cache without a promise, 10,000 entries', [
    'map',
    'ours-cache',
  ]),
  one('get-awaited', 'awaited', 10_000, 'An awaited hit through a whole cache, 10,000 entries', [
    'map-async',
    'ours-cache',
  ]),
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
