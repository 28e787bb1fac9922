import { goalsSection } from '../contest/goals-report.ts'
import { formatBytes, formatProcesses, formatSpread } from '../contest/wording.ts'
import { formatMs, formatTimes } from '../report/format.ts'
import { bold, joinSections, listSection, machineLine } from '../report/sections.ts'
import { type Column, table } from '../report/table.ts'
import { type Case, CASES } from './cases.ts'
import { type Cell, Findings } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import type { BreakerResults } from './results.ts'
import { formatShare } from './wording.ts'

/** The whole report as text for stdout; coloured where that is a terminal. */
export function breakerText(results: BreakerResults): string {
  const found = new Findings(results.cells)
  return joinSections([
    `${machineLine(results.machine)} · ${formatProcesses(results.processes)}`,
    ...CASES.map((one) => caseSection(one, results.cells, found)),
    goalsSection(results.goals),
    listSection('How to read this', results.notes, 'dim'),
    listSection('Warnings', results.warnings, 'yellow'),
  ])
}

function caseSection(one: (typeof CASES)[number], cells: readonly Cell[], found: Findings): string {
  const own = cells.filter((cell) => cell.case === one.id)
  if (own.length === 0) return ''
  const rows = own.map((cell) => [
    CONTESTANTS[cell.contestant].label,
    one.kind === 'idle' ? formatShare(cell.cpuNs) : formatMs(cell.cpuNs / 1e6),
    formatTimes(found.ratio(one.id, [cell.contestant], 'ours')),
    formatBytes(cell.bytes),
    formatSpread(cell),
  ])
  return `${bold(one.title)}\n${table(columnsOf(one), rows)}`
}

function columnsOf({ kind }: Case): Column[] {
  const isIdle = kind === 'idle'
  return [
    { title: 'contestant' },
    { title: isIdle ? 'CPU of a core' : 'CPU per call', align: 'right' },
    { title: 'to @org/breaker', align: 'right' },
    { title: isIdle ? 'held by each' : 'bytes per call', align: 'right' },
    { title: 'spread', align: 'right' },
  ]
}
