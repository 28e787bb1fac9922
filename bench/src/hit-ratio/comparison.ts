import type { Cell, RatioId } from './cell.ts'

/** A cell is won or lost by more than this; what is less is chance. */
const MARGIN = 0.005

/** How one cache does beside another over some cells. */
export interface Comparison {
  /** Those where both were measured. */
  readonly cells: number
  /** Won by more than half a point. */
  readonly won: number
  readonly lost: number
  /** The cell with the least difference. */
  readonly worst: Difference | undefined
}

/** A cell and by how much the ratio of the one is above that of the other. */
export interface Difference {
  readonly cell: Cell
  readonly by: number
}

/** Holds `one` against `other` wherever both were measured. */
export function compare(cells: readonly Cell[], one: RatioId, other: RatioId): Comparison {
  const differences = differencesOf(cells, one, other)
  const by = differences.map((difference) => difference.by)
  return {
    cells: by.length,
    won: by.filter((difference) => difference > MARGIN).length,
    lost: by.filter((difference) => difference < -MARGIN).length,
    worst: differences.toSorted((a, b) => a.by - b.by)[0],
  }
}

/** By how much `one` is above `other` in each cell where both were measured. */
export function differencesOf(cells: readonly Cell[], one: RatioId, other: RatioId): Difference[] {
  return cells.flatMap((cell) => {
    const [high, low] = [cell.ratios[one], cell.ratios[other]]
    return high === undefined || low === undefined ? [] : [{ cell, by: high - low }]
  })
}

/** The mean of the hit ratio over the optimum, where there is anything to hit; `NaN` over no cell. */
export function meanOfOptimum(cells: readonly Cell[], id: RatioId): number {
  return mean(
    cells.flatMap(({ ratios: { [id]: ratio, optimum } }) =>
      ratio === undefined || optimum === undefined || optimum === 0 ? [] : [ratio / optimum],
    ),
  )
}

/** The mean of the hit ratio; `NaN` over no cell. */
export function meanRatio(cells: readonly Cell[], id: RatioId): number {
  return mean(cells.flatMap(({ ratios: { [id]: ratio } }) => (ratio === undefined ? [] : [ratio])))
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length
}
