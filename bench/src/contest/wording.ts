import { formatCount, formatMs, formatPercent, formatTimes } from '../report/format.ts'
import type { CostCell } from './findings.ts'
import type { GoalResult } from './goal.ts'

/** Some bytes: `96 B`, `1.6 KiB`; half a byte or less is what the loop around a call leaves. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '-'
  if (bytes < 1024) return `${Math.round(bytes)} B`
  return `${(bytes / 1024).toFixed(1)} KiB`
}

/** How the numbers came about: `medians of 5 fresh processes`. */
export function formatProcesses(processes: number): string {
  return processes === 1 ? 'one fresh process for each line' : `medians of ${processes} fresh processes`
}

/** How far the processes lie apart; one alone does not tell. */
export function formatSpread({ spread, processes }: Pick<CostCell<string, string>, 'spread' | 'processes'>): string {
  return processes === 1 ? '-' : formatPercent(spread)
}

/** The measured side of a goal in its unit. */
export function formatGoal({ measured, unit }: Pick<GoalResult, 'measured' | 'unit'>): string {
  if (measured === undefined) return '-'
  if (unit === 'bytes') return formatBytes(measured)
  if (unit === 'ms') return measured === 0 ? '0' : formatMs(measured)
  if (unit === 'times') return formatTimes(measured)
  if (unit === 'count') return measured < 100 && Number.isInteger(measured) ? String(measured) : formatCount(measured)
  return `${(measured * 100).toFixed(Math.abs(measured) < 0.01 ? 2 : 0)} %`
}
