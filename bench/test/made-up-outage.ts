import { judgeGoals } from '../src/contest/goal.ts'
import { type Cell, Findings } from '../src/outage/cell.ts'
import { FAULTS } from '../src/outage/faults.ts'
import { GOALS } from '../src/outage/goals.ts'
import type { OutageResults } from '../src/outage/results.ts'
import type { BeforeAndDuring } from '../src/outage/summary.ts'
import { madeUpRun } from './made-up.ts'

/** Latencies with the p99 that a test needs. */
export function p99(beforeMs: number, duringMs: number): BeforeAndDuring {
  const latency = (p99Ms: number) => ({ p50Ms: p99Ms / 2, p99Ms, requests: 1000 })
  return { before: latency(beforeMs), during: latency(duringMs) }
}

/** A cell of ours in which nothing was noticed, with the changes that a test needs. */
export function cell(fault: Cell['fault'], changes: Partial<Cell> = {}): Cell {
  return {
    fault,
    contestant: 'ours',
    errors: 0,
    firstError: undefined,
    hangs: 0,
    unhandled: 0,
    getOrSet: p99(20, 21),
    held: p99(2, 40),
    memory: p99(1, 1),
    waited: 0,
    askingRate: 600,
    passedDeadlineMs: undefined,
    writesBackMs: 100,
    loaded: { before: 0, during: 0.5 },
    stalledMs: 1,
    ...changes,
  }
}

/** A cell of ours for every fault. */
export const EVERY_FAULT: readonly Cell[] = FAULTS.map(({ id }) => cell(id))

/** Results of a run that never was. */
export function madeUpOutageResults(cells: readonly Cell[], changes: Partial<OutageResults> = {}): OutageResults {
  return {
    ...madeUpRun('outage'),
    faultMs: 5000,
    cells,
    goals: judgeGoals(GOALS, new Findings(cells, FAULTS.length)),
    ...changes,
  }
}
