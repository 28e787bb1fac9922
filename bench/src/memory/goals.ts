import type { Goal as ContestGoal } from '../contest/goal.ts'
import type { CaseId } from './cases.ts'
import type { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'

type Goal = ContestGoal<Findings>

/** Requests are judged where the bound is that of the other goals. */
const REPLAY = 'replay-10k'

/** The goals in the order they are told. */
export const GOALS: readonly Goal[] = [
  within('hit-10k', 'a hit among 10,000 entries takes at most 1.15 x a bare Map', 'hit-10k', 'ours', 'map', 1.15),
  within('hit-1m', 'a hit among 1,000,000 entries takes at most 2 x a bare Map', 'hit-1m', 'ours', 'map', 2),
  ...evictions('evict-10k', '10,000'),
  ...evictions('evict-1m', '1,000,000'),
  {
    id: 'replay-speed',
    says: 'reading through, it has at least 0.85 x the speed of lru-cache',
    limit: { atLeast: 0.85 },
    unit: 'times',
    measure: (found) => found.ratio(REPLAY, ['lru-cache'], 'ours'),
  },
  {
    id: 'replay-avoided',
    says: 'for each miss avoided it takes at most the time that lru-cache takes',
    limit: { atMost: 1 },
    unit: 'times',
    measure: (found) => found.nsPerMissAvoided(REPLAY, 'ours') / found.nsPerMissAvoided(REPLAY, 'lru-cache'),
  },
  {
    id: 'bytes-1m',
    says: 'an entry of 1,000,000 takes at most 1.15 x the bytes over key and value of lru-cache with ttl',
    limit: { atMost: 1.15 },
    unit: 'times',
    measure: (found) => found.bytesPerEntry('ours') / found.bytesPerEntry('lru-cache-ttl'),
  },
  {
    id: 'growth-10k',
    says: '1,000,000 sets of distinct keys at a bound of 10,000 grow the heap by at most 0.1 MB',
    limit: { atMost: 100_000 },
    unit: 'bytes',
    measure: (found) => found.grownBytes('ours'),
  },
  within('get-sync', 'getSync takes at most 1.5 x a hit of a bare Map', 'get-sync', 'ours-cache', 'map', 1.5),
  within(
    'get-awaited',
    'an awaited get takes at most 1.2 x an async function that returns a hit of a Map',
    'get-awaited',
    'ours-cache',
    'map-async',
    1.2,
  ),
]

function evictions(caseId: CaseId & `evict-${string}`, entries: string): Goal[] {
  const says = `a set that evicts at ${entries} entries takes at most`
  return [
    within(`${caseId}-sieve`, `${says} 1.05 x Map + FIFO, with policy 'sieve'`, caseId, 'ours-sieve', 'fifo', 1.05),
    within(`${caseId}-default`, `${says} 1.5 x Map + FIFO, with the default policy`, caseId, 'ours', 'fifo', 1.5),
  ]
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
