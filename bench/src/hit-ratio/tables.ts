import type { Column } from '../report/table.ts'
import { type Cell, LABELS, type RatioId } from './cell.ts'
import { compare, differencesOf, meanOfOptimum, meanRatio } from './comparison.ts'
import type { TrialCell } from './measure-cells.ts'
import { formatPoints, formatRatio, formatRatios, formatWorst } from './wording.ts'

/** A table before it is set for a terminal, a page or a README. */
export interface Rows {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
}

const SHOWN: readonly RatioId[] = ['optimum', 'caffeine', 'tinylfu', 'lru-cache', 'sieve']
const SUMMED: readonly RatioId[] = ['caffeine', 'tinylfu', 'lru-cache', 'lru', 'sieve']

/** The hit ratios of each trace in percent, at all its capacities. */
export function traceRows(cells: readonly Cell[]): Rows {
  const columns = ['trace', 'capacities', ...SHOWN.map((id) => LABELS[id])].map((title) => ({ title }))
  const rows = byTrace(cells).map((own) => [
    (own[0] as Cell).trace,
    own.map(({ capacity }) => capacity).join('/'),
    ...SHOWN.map((id) => formatRatios(own, id)),
  ])
  return { columns, rows }
}

/** What it comes to for each cache: means, and how it does beside Caffeine and lru-cache. */
export function summaryRows(cells: readonly Cell[]): Rows {
  const columns: readonly Column[] = [
    { title: 'cache' },
    { title: 'of optimum', align: 'right' },
    { title: 'mean %', align: 'right' },
    ...besideColumns('Caffeine'),
    ...besideColumns('lru-cache'),
  ]
  const rows = SUMMED.filter((id) => cells.some(({ ratios }) => ratios[id] !== undefined)).map((id) => [
    LABELS[id],
    formatShare(meanOfOptimum(cells, id)),
    formatMean(meanRatio(cells, id)),
    ...besideCells(cells, id, 'caffeine'),
    ...besideCells(cells, id, 'lru-cache'),
  ])
  return { columns, rows }
}

/** Each trial: our tier, lru-cache, and the least difference in points. */
export function trialRows(cells: readonly TrialCell[]): Rows {
  const columns: readonly Column[] = [
    { title: 'trial' },
    { title: LABELS.tinylfu },
    { title: LABELS['lru-cache'] },
    { title: 'worst', align: 'right' },
  ]
  const rows = byTrace(cells).map((own) => [
    (own[0] as TrialCell).says,
    formatRatios(own, 'tinylfu'),
    formatRatios(own, 'lru-cache'),
    formatPoints(Math.min(...differencesOf(own, 'tinylfu', 'lru-cache').map(({ by }) => by))),
  ])
  return { columns, rows }
}

/** Cells of one trace together, in their order. */
export function byTrace<C extends Cell>(cells: readonly C[]): C[][] {
  const traces = [...new Set(cells.map(({ trace }) => trace))]
  return traces.map((trace) => cells.filter((cell) => cell.trace === trace))
}

function besideColumns(other: string): Column[] {
  return [{ title: `${other}: won/lost`, align: 'right' }, { title: 'worst' }]
}

function besideCells(cells: readonly Cell[], id: RatioId, other: RatioId): string[] {
  const { cells: compared, won, lost, worst } = compare(cells, id, other)
  if (id === other || compared === 0) return ['-', '-']
  return [`${won}/${lost}`, formatWorst(worst)]
}

function formatShare(share: number): string {
  return Number.isNaN(share) ? '-' : share.toFixed(3)
}

function formatMean(ratio: number): string {
  return Number.isNaN(ratio) ? formatRatio(undefined) : (ratio * 100).toFixed(1)
}
