import { judgedText } from '../contest/report-text.ts'
import { bold, machineLine } from '../report/sections.ts'
import { table } from '../report/table.ts'
import type { HitRatioResults } from './results.ts'
import { type Rows, summaryRows, traceRows, trialRows } from './tables.ts'
import { TRIAL_TITLES } from './trial.ts'

/** The whole report as text for stdout; coloured where that is a terminal. */
export function hitRatioText(results: HitRatioResults): string {
  return judgedText(results, machineLine(results.machine), [
    section('Hit ratio in percent, get then set on a miss', traceRows(results.cells)),
    section(`What it comes to, over ${results.cells.length} cells`, summaryRows(results.cells)),
    ...TRIAL_TITLES.map(([kind, title]) =>
      section(title, trialRows(results.trials.filter((cell) => cell.kind === kind))),
    ),
  ])
}

function section(title: string, { columns, rows }: Rows): string {
  return rows.length === 0 ? '' : `${bold(title)}\n${table(columns, rows)}`
}
