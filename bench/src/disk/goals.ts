import type { Goal as ContestGoal } from '../contest/goal.ts'
import type { CaseId } from './cases.ts'
import type { Findings, Measure } from './cell.ts'
import type { ContestantId } from './contestants.ts'

type Goal = ContestGoal<Findings>

/** The goals in the order they are told. */
export const GOALS: readonly Goal[] = [
  own('get-200', 'a get of 200 B takes at most 3 x pread + crc32 of the same bytes', 'timesFloor', 3, 'times'),
  own('get-4k', 'one of 4 KiB at most 1.8 x', 'timesFloor', 1.8, 'times'),
  own('get-10k', 'one of 10 KiB at most 1.8 x', 'timesFloor', 1.8, 'times'),
  own('get-64k', 'one of 64 KiB at most 1.8 x', 'timesFloor', 1.8, 'times'),
  fasterThan('get-10k', 'files', 8, 'a get of 10 KiB is at least 8 x faster than fs.promises.readFile'),
  {
    id: 'miss-time',
    says: 'a miss takes at most 1.5 µs',
    limit: { atMost: 0.001_5 },
    unit: 'ms',
    measure: (found) => found.cost('miss', 'ours') / 1e6,
  },
  own('miss', 'a miss reads no file', 'fileReads', 0.001, 'count'),
  fasterThan('set-200', 'node-sqlite', 5, 'sets of 200 B, 100 at once, are at least 5 x faster than with node:sqlite'),
  fasterThan('set-10k', 'node-sqlite', 5, 'sets of 10 KiB, 100 at once, are at least 5 x faster than with node:sqlite'),
  fasterThan('set-200', 'keyv-file', 100, 'sets of 200 B, 100 at once, are at least 100 x faster than with keyv-file'),
  own('bytes-200', 'values of 200 B take at most 1.6 x their bytes on disk', 'diskPerByte', 1.6, 'times'),
  own('bytes-10k', 'values of 10 KiB take at most 1.05 x their bytes on disk', 'diskPerByte', 1.05, 'times'),
  own('bound', 'the bound is never exceeded by more than one segment', 'beyond', 1, 'count'),
  {
    id: 'open-cpu',
    says: '1,000,000 entries are open within 500 ms of CPU time',
    limit: { atMost: 500 },
    unit: 'ms',
    measure: (found) => found.cpuNs('open-1m', 'ours') / 1e6,
  },
  own('open-1m', 'each of them takes at most 48 bytes of memory', 'indexBytes', 48, 'bytes'),
  own('load', 'files keep a turn of the event loop for at most 1 ms and one read, p99', 'filesP99Ms', 1.1, 'ms'),
]

function own(caseId: CaseId, says: string, measure: Measure, atMost: number, unit: Goal['unit']): Goal {
  return {
    id: `${caseId}-${measure}`,
    says,
    limit: { atMost },
    unit,
    measure: (found) => found.of(caseId, 'ours', measure),
  }
}

function fasterThan(caseId: CaseId, other: ContestantId, atLeast: number, says: string): Goal {
  return {
    id: `${caseId}-${other}`,
    says,
    limit: { atLeast },
    unit: 'times',
    measure: (found) => found.ratio(caseId, [other], 'ours'),
  }
}
