import type { Goal as ContestGoal } from '../contest/goal.ts'
import { type Cell, type Findings, slowdown } from './cell.ts'
import type { FaultId } from './faults.ts'

type Goal = ContestGoal<Findings>

/** The goals in the order they are told. */
export const GOALS: readonly Goal[] = [
  slowedDown('kill', 'Redis killed: the p99 of getOrSet is at most 2 x that of before', 2),
  {
    id: 'kill-memory',
    says: 'Redis killed: the p99 of hits in memory is at most a millisecond, the grain of a timer, above that of before',
    limit: { atMost: 1 },
    unit: 'ms',
    measure: (found) => found.of('kill', ({ memory }) => Math.max(0, memory.during.p99Ms - memory.before.p99Ms)),
  },
  {
    id: 'kill-back',
    says: 'Redis killed: writes reach it again within 250 ms of the port opening',
    limit: { atMost: 250 },
    unit: 'ms',
    measure: (found) => found.of('kill', ({ writesBackMs }) => writesBackMs),
  },
  slowedDown('freeze', 'Redis frozen: the p99 of getOrSet is at most 4 x that of before', 4),
  {
    id: 'freeze-waited',
    says: 'Redis frozen: the requests that ever wait, less those that come within one deadline, are at most 20',
    limit: { atMost: 20 },
    unit: 'count',
    measure: (found) => found.of('freeze', waitedBeyond),
  },
  none('errors', 'no request fails or gets a wrong value, over all faults', ({ errors }) => errors),
  none('hangs', 'no request hangs, over all faults', ({ hangs }) => hangs),
  none('unhandled', 'no rejection is unhandled, over all faults', ({ unhandled }) => unhandled),
]

function slowedDown(fault: FaultId, says: string, atMost: number): Goal {
  return {
    id: `${fault}-p99`,
    says,
    limit: { atMost },
    unit: 'times',
    measure: (found) => found.of(fault, ({ getOrSet }) => slowdown(getOrSet)),
  }
}

function none(id: string, says: string, count: (cell: Cell) => number): Goal {
  return { id, says, limit: { atMost: 0 }, unit: 'count', measure: (found) => found.sum(count) }
}

/** Where no operation passed its deadline, nobody may have waited for one. */
function waitedBeyond({ waited, askingRate, passedDeadlineMs = 0 }: Cell): number {
  return Math.ceil(Math.max(0, waited - (askingRate * passedDeadlineMs) / 1000))
}
