import type { Goal as ContestGoal } from '../contest/goal.ts'
import type { CaseId } from './cases.ts'
import type { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'

type Goal = ContestGoal<Findings>

/** As it comes and with its options for speed: a goal against opossum is one against the cheaper of the two. */
const OPOSSUM = ['opossum', 'opossum-tuned'] as const

const IDLE = ['ours', 'ours-100', 'ours-10s'] as const

/** The goals in the order they are told. */
export const GOALS: readonly Goal[] = [
  {
    ...withinTimes('closed-floor', 'a closed call takes at most 1.2 x the fast floor', 'closed', 'floor-fast', 1.2),
    because:
      'beside what the floor does each call has a context, by which signals, attempts and blame reach what is nested',
  },
  fasterThan('closed-opossum', 'a closed call is at least 2.5 x faster than with opossum', 'closed', OPOSSUM, 2.5),
  fasterThan(
    'closed-cockatiel',
    'a closed call is at least 1.8 x faster than with cockatiel',
    'closed',
    ['cockatiel'],
    1.8,
  ),
  bytesWithin('closed-bytes', 'a closed call allocates under 500 B', 'closed', 'ours', 500),
  withinTimes('permit-floor', "a permit takes at most 1.4 x the floor's", 'permit', 'floor', 1.4),
  // Half a byte is what the loop around it leaves over.
  bytesWithin('permit-bytes', 'a permit allocates nothing', 'permit', 'ours', 0.5),
  {
    ...withinTimes(
      'open-floor',
      'a refused call with a fallback takes at most 1.3 x the fast floor',
      'open',
      'floor-fast',
      1.3,
    ),
    because: 'the options of the call are checked, so that a mistyped one is no silent default',
  },
  fasterThan('open-opossum', 'a refused call is at least 20 x faster than with opossum', 'open', OPOSSUM, 20),
  fasterThan('open-cockatiel', 'a refused call is at least 40 x faster than with cockatiel', 'open', ['cockatiel'], 40),
  {
    id: 'failing-share',
    says: "the breaker's own share of a failing call is at most 2 x that of a good one",
    because:
      'handing a rejection on costs V8 about 300 ns whoever does it, ten times handing on a value; to watch the promise from aside would be free, but a caller who forgets to await would never hear of the error',
    limit: { atMost: 2 },
    unit: 'times',
    measure: (found) => found.ownShare('failing', 'ours') / found.ownShare('closed', 'ours'),
  },
  {
    id: 'failing-calls',
    says: 'its share grows by at most 10 % when a window counts 100,000 calls in place of 100',
    limit: { atMost: 0.1 },
    unit: 'percent',
    measure: (found) => growth(found.ownShare('failing', 'ours-100k'), found.ownShare('failing', 'ours-100')),
  },
  {
    id: 'failing-duration',
    says: 'its share grows by at most 10 % when a window lasts 10,000 s in place of 10 s',
    limit: { atMost: 0.1 },
    unit: 'percent',
    measure: (found) => growth(found.ownShare('failing', 'ours-10ks'), found.ownShare('failing', 'ours-10s')),
  },
  {
    id: 'record-calls',
    says: 'recording a failure without a promise takes at most 10 % more in a window of 100,000 calls than in one of 100',
    limit: { atMost: 0.1 },
    unit: 'percent',
    measure: (found) => growth(found.cpuNs('record', 'ours-100k'), found.cpuNs('record', 'ours-100')),
  },
  withinTimes('timeout-floor', "a timeout takes at most 1.2 x the floor's", 'timeout', 'floor', 1.2),
  fasterThan(
    'pipeline-cockatiel',
    "the whole pipeline is at least 4 x faster than cockatiel's",
    'pipeline',
    ['cockatiel'],
    4,
  ),
  {
    id: 'queue-growth',
    says: 'a queued call takes the same among 200,000 as among 100,000: at most 1.4 x, where O(n) would be 2 x',
    limit: { atMost: 1.4 },
    unit: 'times',
    measure: (found) => found.cpuNs('queue-200k', 'ours') / found.cpuNs('queue-100k', 'ours'),
  },
  fasterThan('queue-p-limit', '100,000 queued calls are done faster than with p-limit', 'queue-100k', ['p-limit'], 1),
  {
    id: 'idle-cpu',
    because:
      'within the noise: a breaker holds no timer and no handle, and V8 goes on with its own work after the warm-up',
    says: '10,000 idle breakers take no CPU: under 0.1 % of a core more than a process without any',
    limit: { atMost: 0.001 },
    unit: 'percent',
    measure: (found) => {
      const ours = IDLE.map((contestant) => found.cpuNs('idle', contestant))
      return (Math.max(...ours) - found.cpuNs('idle', 'bare')) / 1e9
    },
  },
  bytesWithin('idle-bytes', 'an idle breaker holds under 1 KiB', 'idle', 'ours', 1024),
  bytesWithin('idle-window-calls', 'under 2 KiB with a window of 100 calls', 'idle', 'ours-100', 2048),
  bytesWithin('idle-window-duration', 'under 2 KiB with a window of 10 s', 'idle', 'ours-10s', 2048),
]

function withinTimes(id: string, says: string, caseId: CaseId, floor: ContestantId, atMost: number): Goal {
  return { id, says, limit: { atMost }, unit: 'times', measure: (found) => found.ratio(caseId, ['ours'], floor) }
}

function fasterThan(id: string, says: string, caseId: CaseId, others: readonly ContestantId[], atLeast: number): Goal {
  return { id, says, limit: { atLeast }, unit: 'times', measure: (found) => found.ratio(caseId, others, 'ours') }
}

function bytesWithin(id: string, says: string, caseId: CaseId, contestant: ContestantId, atMost: number): Goal {
  return { id, says, limit: { atMost }, unit: 'bytes', measure: (found: Findings) => found.bytes(caseId, contestant) }
}

function growth(to: number, from: number): number {
  return to / from - 1
}
