import { caseSection, contestText, type Told } from '../contest/report-text.ts'
import { formatMs, formatTimes } from '../report/format.ts'
import { bold } from '../report/sections.ts'
import { table } from '../report/table.ts'
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
  const parts = { cells, found, labels: CONTESTANTS }
  return contestText(results, [
    ...CASES.map((one) => caseSection(one, parts, toldOf(one.kind === 'import' ? '' : ' per line'))),
    wordSection('Lines lost, in one turn / in turns of 20', deathWording(losses)),
    wordSection('Outages', outageWording(losses)),
  ])
}

function toldOf(unit: string): Told<Cell, Findings>[] {
  return [
    { title: `CPU${unit}`, of: ({ cpuNs }) => formatMs(cpuNs / 1e6) },
    {
      title: 'to @org/json-logger',
      of: ({ case: id, contestant }, found) => formatTimes(found.ratio(id, [contestant], ownOf(id))),
    },
    { title: `clock${unit}`, of: ({ wallNs }) => formatMs(wallNs / 1e6) },
  ]
}

function wordSection(title: string, { titles, rows }: Wording): string {
  if (rows.length === 0) return ''
  const columns = titles.map((words) => ({ title: words }))
  return `${bold(title)}\n${table(columns, rows)}`
}
