import type { Cell, RatioId } from './cell.ts'
import type { Difference } from './comparison.ts'

/** A hit ratio in percent, two digits or more: `84`, `7.3`. */
export function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined || Number.isNaN(ratio)) return '-'
  const percent = ratio * 100
  return percent.toFixed(percent < 9.95 ? 1 : 0)
}

/** The ratios of one cache at all capacities of a trace: `1.5/1.7/5.6/17/39`. */
export function formatRatios(cells: readonly Cell[], id: RatioId): string {
  if (cells.every(({ ratios }) => ratios[id] === undefined)) return '-'
  return cells.map(({ ratios }) => formatRatio(ratios[id])).join('/')
}

/** A difference of hit ratios in points: `+1.2`, `-0.4`. */
export function formatPoints(difference: number): string {
  if (Number.isNaN(difference)) return '-'
  const points = (difference * 100).toFixed(1)
  if (points === '0.0' || points === '-0.0') return '0.0'
  return difference > 0 ? `+${points}` : points
}

/** The worst cell: `-3.2 (lirs-gli at 202)`. */
export function formatWorst(worst: Difference | undefined): string {
  return worst === undefined ? '-' : `${formatPoints(worst.by)} (${worst.cell.trace} at ${worst.cell.capacity})`
}
