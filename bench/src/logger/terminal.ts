import { goalsSection } from '../contest/goals-report.ts'
import { formatProcesses, formatSpread } from '../contest/wording.ts'
import { formatMs, formatTimes } from '../report/format.ts'
import { bold, joinSections, listSection, machineLine } from '../report/sections.ts'
import { type Column, table } from '../report/table.ts'
import { CASES } from './cases.ts'
import { type Cell, Findings } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import { deathWording, outageWording, type Wording } from './losses/wording.ts'
import { ownOf } from './own.ts'
import type { LoggerResults } from './results.ts'

/** The whole report as text for stdout; coloured where that is a terminal. */
export function loggerText(results: LoggerResults): string {
  const { cells, losses } = results
  const found = new Findings(cells, results.package, losses.deaths)
  return joinSections([
    `${machineLine(results.machine)} · ${formatProcesses(results.processes)}`,
    ...CASES.map((one) => caseSection(one, cells, found)),
    wordSection('Lines lost, in one turn / in turns of 20', deathWording(losses)),
    wordSection('Outages', outageWording(losses)),
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
    formatMs(cell.cpuNs / 1e6),
    formatTimes(found.ratio(one.id, [cell.contestant], ownOf(one.id))),
    formatMs(cell.wallNs / 1e6),
    formatSpread(cell),
  ])
  return `${bold(one.title)}\n${table(columnsOf(one.kind === 'import' ? '' : ' per line'), rows)}`
}

function columnsOf(unit: string): Column[] {
  return [
    { title: 'contestant' },
    { title: `CPU${unit}`, align: 'right' },
    { title: 'to @org/json-logger', align: 'right' },
    { title: `clock${unit}`, align: 'right' },
    { title: 'spread', align: 'right' },
  ]
}

function wordSection(title: string, { titles, rows }: Wording): string {
  if (rows.length === 0) return ''
  const columns = titles.map((words) => ({ title: words }))
  return `${bold(title)}\n${table(columns, rows)}`
}
