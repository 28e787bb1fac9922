import { goalsTable } from '../contest/goals-report.ts'
import { type Group, ratioCells } from '../contest/ratio-cells.ts'
import { formatProcesses } from '../contest/wording.ts'
import { formatMs } from '../report/format.ts'
import { generatedFrom, markdownTable } from '../report/markdown.ts'
import { CASES } from './cases.ts'
import { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'
import { ownOf } from './own.ts'
import type { LoggerResults } from './results.ts'

const GROUPS: readonly Group<ContestantId>[] = [
  { title: 'hand-written', members: ['floor-template', 'floor-json', 'floor-template-line', 'floor-json-line'] },
  {
    title: 'pino',
    members: ['pino', 'pino-4096', 'pino-async', 'pino-transport', 'pino-roll', 'pino-rfs'],
  },
  { title: 'winston', members: ['winston', 'winston-daily'] },
  { title: 'LogTape', members: ['logtape', 'logtape-non-blocking', 'logtape-logfmt', 'logtape-line'] },
  { title: 'tslog', members: ['tslog'] },
  { title: 'bunyan', members: ['bunyan'] },
]

/** The speed of a run as Markdown: what a line takes, how many times that the others take, and the goals. */
export function loggerSpeedBlock(results: LoggerResults): string {
  const found = new Findings(results.cells, results.package, results.losses.deaths)
  const rows = CASES.map(({ id, title }) => [title, ownCell(found, id), ...ratioCells(found, id, GROUPS, ownOf(id))])
  return [
    markdownTable(['', '@org/json-logger', ...GROUPS.map(({ title }) => title)], rows),
    'The first column is CPU time of the whole process for a line, a call or the import; the others are how many times that the cheapest set-up of each takes.',
    goalsTable(results.goals),
    `${generatedFrom(results)} The numbers are ${formatProcesses(results.processes)}.`,
  ].join('\n\n')
}

function ownCell(found: Findings, id: (typeof CASES)[number]['id']): string {
  const cell = found.cell(id, ownOf(id))
  return cell === undefined ? 'not measured' : formatMs(cell.cpuNs / 1e6)
}
