import { judgedText } from '../contest/report-text.ts'
import { formatMs } from '../report/format.ts'
import { bold, machineLine } from '../report/sections.ts'
import { table } from '../report/table.ts'
import type { OutageResults } from './results.ts'
import { COLUMNS, rowsOf } from './rows.ts'

/** The whole report as text for stdout; coloured where that is a terminal. */
export function outageText(results: OutageResults): string {
  const title = `What callers notice while Redis is away for ${formatMs(results.faultMs)}, before → during`
  return judgedText(results, machineLine(results.machine), [`${bold(title)}\n${table(COLUMNS, rowsOf(results.cells))}`])
}
