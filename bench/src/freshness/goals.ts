import type { Goal as ContestGoal } from '../contest/goal.ts'
import type { CaseId } from './cases.ts'
import type { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'

type Goal = ContestGoal<Findings>

/** The goals in the order they are told. */
export const GOALS: readonly Goal[] = [
  within(
    'hit-map',
    'an awaited hit by getOrSet takes at most 1.2 x an async function that returns a hit of a Map',
    'get-or-set',
    'ours',
    'map-async',
    1.2,
  ),
  fasterThan(
    'hit-bentocache',
    'it is at least 25 x faster than with bentocache as it comes',
    'get-or-set',
    'bentocache',
    25,
  ),
  fasterThan(
    'hit-cacheable',
    'it is at least 90 x faster than with cacheable as it comes',
    'get-or-set',
    'cacheable',
    90,
  ),
  ...besides('tagged', 'ours-tagged', 'ours', ['with tags', 'one without']),
  ...besides('namespace', 'ours-namespace', 'ours', ['in a namespace', 'one in none']),
  ...besides('both', 'ours-namespace-tagged', 'ours-namespace', ['with tags in a namespace', 'one without tags there']),
  {
    id: 'waiters',
    says: '1,000 waiters on one load have its value at most 3 ms after its end',
    limit: { atMost: 3 },
    unit: 'ms',
    measure: (found) => found.cost('waiters', 'ours') / 1e6,
  },
  {
    id: 'invalidate-growth',
    says: 'invalidating a tag of 1,000,000 entries takes what one of 10 takes: at most 1.5 x, for the noise',
    limit: { atMost: 1.5 },
    unit: 'times',
    measure: (found) => found.cost('invalidate-1m', 'ours') / found.cost('invalidate-10', 'ours'),
  },
  {
    id: 'beside',
    says: 'hits with tags right after another tag was invalidated take at most 1.3 x what they take else',
    limit: { atMost: 1.3 },
    unit: 'times',
    measure: (found) => found.cost('beside', 'ours-tagged') / found.cost('sync', 'ours-tagged'),
  },
]

/** By each way to hit, against a hit of another kind. */
function besides(id: string, own: ContestantId, other: ContestantId, [here, there]: readonly [string, string]): Goal[] {
  const ways = [
    { caseId: 'sync', way: 'getSync' },
    { caseId: 'get', way: 'an awaited get' },
    { caseId: 'get-or-set', way: 'a hit by getOrSet' },
  ] as const
  return ways.map(({ caseId, way }) =>
    within(`${id}-${caseId}`, `${here}, ${way} takes at most 1.3 x ${there}`, caseId, own, other, 1.3),
  )
}

function fasterThan(id: string, says: string, caseId: CaseId, other: ContestantId, atLeast: number): Goal {
  return { id, says, limit: { atLeast }, unit: 'times', measure: (found) => found.ratio(caseId, [other], 'ours') }
}

function within(
  id: string,
  says: string,
  caseId: CaseId,
  own: ContestantId,
  floor: ContestantId,
  atMost: number,
): Goal {
  return { id, says, limit: { atMost }, unit: 'times', measure: (found) => found.ratio(caseId, [own], floor) }
}
