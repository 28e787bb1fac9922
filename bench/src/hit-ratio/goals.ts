import type { Goal as ContestGoal } from '../contest/goal.ts'
import type { RatioId } from './cell.ts'
import { compare, differencesOf, meanOfOptimum } from './comparison.ts'
import type { Found, TrialCell } from './measure-cells.ts'

type Goal = ContestGoal<Found>

/** The goals in the order they are told; a share stands for 55 of the 135 cells of the recorded traces. */
export const GOALS: readonly Goal[] = [
  {
    id: 'optimum',
    says: 'the mean of hit ratio over optimum is at least 0.84',
    limit: { atLeast: 0.84 },
    unit: 'times',
    measure: ({ cells }) => meanOfOptimum(cells, 'tinylfu'),
  },
  {
    id: 'caffeine-worst',
    says: 'cells more than 4 points below Caffeine: none',
    limit: { atMost: 0 },
    unit: 'count',
    measure: ({ cells }) => cellsBelow(cells, 'caffeine', 0.04),
  },
  {
    id: 'caffeine-won',
    says: 'cells won against Caffeine by more than half a point: at least 55 of 135 (40.7 %)',
    limit: { atLeast: 55 / 135 },
    unit: 'percent',
    measure: ({ cells }) => {
      const { won, cells: compared } = compare(cells, 'tinylfu', 'caffeine')
      return won / compared
    },
  },
  againstLruCache('weights', 'cells with weights'),
  againstLruCache('lives', 'cells with lives of all lengths'),
  againstLruCache('adversary', 'cells under hostile traffic'),
]

function againstLruCache(kind: TrialCell['kind'], cells: string): Goal {
  return {
    id: `lru-cache-${kind}`,
    says: `${cells} more than 2 points below lru-cache: none`,
    limit: { atMost: 0 },
    unit: 'count',
    measure: ({ trials }) =>
      cellsBelow(
        trials.filter((trial) => trial.kind === kind),
        'lru-cache',
        0.02,
      ),
  }
}

function cellsBelow(cells: Found['cells'], other: RatioId, points: number): number {
  const differences = differencesOf(cells, 'tinylfu', other)
  return differences.length === 0 ? Number.NaN : differences.filter(({ by }) => by < -points).length
}
