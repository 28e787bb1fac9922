import type { ContestantId } from './contestants.ts'
import type { Subjects } from './subject.ts'

/**
 * How a case is measured: `awaited` one call after another, `sync` without a promise, `burst` all calls at once, `idle`
 * many breakers that nobody calls.
 */
type CaseKind = 'awaited' | 'sync' | 'burst' | 'idle'

/** One thing that every contestant does in its own way. */
export interface Case {
  readonly id: string
  readonly title: string
  readonly kind: CaseKind
  readonly subject: keyof Subjects
  /** Calls of a burst, or breakers that idle; unused for the other kinds. */
  readonly count: number
  readonly contestants: readonly ContestantId[]
}

const BREAKERS = ['opossum', 'opossum-tuned', 'cockatiel', 'mollitia'] as const
const WINDOWED = ['ours-100', 'ours-100k', 'ours-10s', 'ours-10ks'] as const

/** The cases in the order they are told. */
export const CASES = [
  awaited('closed', 'A good call through a closed breaker', [
    'bare',
    'floor',
    'floor-fast',
    'ours',
    'ours-10s',
    ...BREAKERS,
  ]),
  sync('permit', 'A permit and its success, without a promise', ['floor', 'ours', 'ours-10s']),
  awaited('open', 'A call that an open breaker refuses, with a fallback', ['floor', 'floor-fast', 'ours', ...BREAKERS]),
  awaited('failing', 'A call that fails, breaker closed', [
    'bare',
    'floor',
    'floor-fast',
    'ours',
    ...WINDOWED,
    ...BREAKERS,
  ]),
  sync('record', 'A permit and its failure, without a promise', ['floor', 'ours', ...WINDOWED]),
  awaited('timeout', 'A timeout around a call that is in time', [
    'floor',
    'ours',
    'opossum-tuned',
    'cockatiel',
    'mollitia',
    'p-timeout',
  ]),
  awaited('retry', 'A retry around a call that succeeds at once', [
    'floor',
    'ours',
    'cockatiel',
    'mollitia',
    'p-retry',
  ]),
  awaited('slot', 'A bulkhead with a free place', [
    'floor',
    'ours',
    'opossum-tuned',
    'cockatiel',
    'mollitia',
    'p-limit',
  ]),
  awaited('pipeline', 'Timeout, retry, breaker and bulkhead together', [
    'floor',
    'ours',
    'opossum-retry',
    'cockatiel',
    'mollitia',
    'p-all',
  ]),
  burst('queue-10k', '10,000 calls at once on a bulkhead of 100', 10_000, [
    'floor',
    'ours',
    'cockatiel',
    'mollitia',
    'p-limit',
  ]),
  // Not cockatiel and mollitia: they shift an array for each call, so that a burst ten times as long takes 100 times as long.
  burst('queue-100k', '100,000 calls at once on a bulkhead of 100', 100_000, ['floor', 'ours', 'p-limit']),
  burst('queue-200k', '200,000 calls at once on a bulkhead of 100', 200_000, ['floor', 'ours', 'p-limit']),
  {
    id: 'idle',
    title: '10,000 idle breakers, each used once',
    kind: 'idle',
    subject: 'idle',
    count: 10_000,
    contestants: ['bare', 'floor', 'ours', 'ours-100', 'ours-10s', ...BREAKERS],
  },
] as const satisfies readonly Case[]

export type CaseId = (typeof CASES)[number]['id']

function awaited<Id extends keyof Subjects>(id: Id, title: string, contestants: readonly ContestantId[]) {
  return { id, title, kind: 'awaited' as const, subject: id, count: 1, contestants }
}

function sync<Id extends keyof Subjects>(id: Id, title: string, contestants: readonly ContestantId[]) {
  return { id, title, kind: 'sync' as const, subject: id, count: 1, contestants }
}

function burst<Id extends string>(id: Id, title: string, count: number, contestants: readonly ContestantId[]) {
  return { id, title, kind: 'burst' as const, subject: 'queue' as const, count, contestants }
}
