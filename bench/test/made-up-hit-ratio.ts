import { judgeGoals } from '../src/contest/goal.ts'
import type { Cell } from '../src/hit-ratio/cell.ts'
import { GOALS } from '../src/hit-ratio/goals.ts'
import type { Found, TrialCell } from '../src/hit-ratio/measure-cells.ts'
import type { HitRatioResults } from '../src/hit-ratio/results.ts'
import { madeUpRun } from './made-up.ts'

/** A cell with the ratios that a test needs. */
export function ratioCell(trace: string, capacity: number, ratios: Cell['ratios']): Cell {
  return { trace, capacity, ratios }
}

/** A cell of a trial. */
export function trialCell(kind: TrialCell['kind'], tinylfu: number, lruCache: number): TrialCell {
  return { kind, says: `made up ${kind}`, trace: kind, capacity: 100, ratios: { tinylfu, 'lru-cache': lruCache } }
}

/** What a run found that never was. */
export function madeUpFound(cells: readonly Cell[], trials: readonly TrialCell[] = []): Found {
  const traces = [...new Set(cells.map(({ trace }) => trace))]
  return { traces: traces.map((name) => ({ name, requests: 1000, unique: 100 })), cells, trials, faults: [] }
}

/** Its results. */
export function madeUpHitRatioResults(cells: readonly Cell[], trials: readonly TrialCell[] = []): HitRatioResults {
  const found = madeUpFound(cells, trials)
  return { ...madeUpRun('hit-ratio'), recorded: true, ...found, goals: judgeGoals(GOALS, found) }
}
