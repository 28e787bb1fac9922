import { formatMs, formatPercent, formatTimes } from '../report/format.ts'
import type { Column } from '../report/table.ts'
import { type Cell, slowdown } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import { FAULTS } from './faults.ts'
import type { BeforeAndDuring, Latency } from './summary.ts'

const RIGHT = { align: 'right' } as const

/** What is told of each fault, from left to right. */
export const COLUMNS: readonly Column[] = [
  { title: 'fault' },
  { title: 'errors', ...RIGHT },
  { title: 'hangs', ...RIGHT },
  { title: 'unhandled', ...RIGHT },
  { title: 'held p50', ...RIGHT },
  { title: 'held, loaded', ...RIGHT },
  { title: 'getOrSet p99', ...RIGHT },
  { title: 'p99 ratio', ...RIGHT },
  { title: 'memory hit p99', ...RIGHT },
  { title: 'waited', ...RIGHT },
  { title: 'writes back', ...RIGHT },
]

/** One line for each fault and contestant, in the order of the faults; what others made of a fault comes after ours. */
export function rowsOf(cells: readonly Cell[]): string[][] {
  return FAULTS.flatMap(({ id, title }) => {
    const those = cells.filter(({ fault }) => fault === id)
    return [
      ...those.filter(({ contestant }) => contestant === 'ours').map((cell) => [title, ...told(cell)]),
      ...those
        .filter(({ contestant }) => contestant !== 'ours')
        .map((cell) => [`the same, ${CONTESTANTS[cell.contestant].label}`, ...told(cell)]),
    ]
  })
}

function told(cell: Cell): string[] {
  const { errors, hangs, unhandled, getOrSet, held, loaded, memory, waited, writesBackMs } = cell
  return [
    ...[errors, hangs, unhandled].map(String),
    change(held, ({ p50Ms }) => p50Ms),
    `${formatPercent(loaded.before)} → ${formatPercent(loaded.during)}`,
    change(getOrSet, ({ p99Ms }) => p99Ms),
    formatTimes(slowdown(getOrSet)),
    change(memory, ({ p99Ms }) => p99Ms),
    String(waited),
    cell.fault === 'none' || writesBackMs === undefined ? '-' : formatMs(writesBackMs),
  ]
}

function change({ before, during }: BeforeAndDuring, of: (latency: Latency) => number): string {
  return `${formatMs(of(before))} → ${formatMs(of(during))}`
}
