import type { Goal as ContestGoal } from '../contest/goal.ts'
import type { CaseId } from './cases.ts'
import type { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'

type Goal = ContestGoal<Findings>

/** The goals in the order they are told. */
export const GOALS: readonly Goal[] = [
  fasterThan(
    'get-client',
    'gets that Redis answers, 100 at once, are faster than with node-redis',
    'get-100',
    'node-redis',
    1,
  ),
  fasterThan('get-bentocache', 'they are at least 3 x faster than with bentocache', 'get-100', 'bentocache', 3),
  fasterThan('get-cacheable', 'they are at least 5 x faster than with cacheable', 'get-100', 'cacheable', 5),
  fasterThan(
    'many-cache-manager',
    'getMany(100) is at least 3 x faster than with cache-manager',
    'get-many',
    'cache-manager',
    3,
  ),
  within(
    'many-client',
    'getMany(100) takes at most 1.5 x one MGET of node-redis',
    'get-many',
    'ours',
    'node-redis',
    1.5,
  ),
  fasterThan(
    'set-bentocache',
    'sets of memory and Redis, 100 at once, are at least 4 x faster than with bentocache',
    'set-100',
    'bentocache',
    4,
  ),
  within(
    'sync-bus',
    'with a bus a hit in memory takes at most 1.1 x one without, by getSync',
    'sync',
    'ours-bus',
    'ours',
    1.1,
  ),
  within(
    'awaited-bus',
    'with a bus a hit in memory takes at most 1.1 x one without, awaited',
    'awaited',
    'ours-bus',
    'ours',
    1.1,
  ),
]

function fasterThan(id: string, says: string, caseId: CaseId, other: ContestantId, atLeast: number): Goal {
  return { id, says, limit: { atLeast }, unit: 'times', measure: (found) => found.ratio(caseId, [other], 'ours') }
}

function within(
  id: string,
  says: string,
  caseId: CaseId,
  own: ContestantId,
  other: ContestantId,
  atMost: number,
): Goal {
  return { id, says, limit: { atMost }, unit: 'times', measure: (found) => found.ratio(caseId, [own], other) }
}
