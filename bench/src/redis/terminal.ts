import { caseSection, contestText, type Told } from '../contest/report-text.ts'
import { formatMs, formatTimes } from '../report/format.ts'
import { CASES } from './cases.ts'
import { type Cell, Findings } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import type { RedisResults } from './results.ts'

/** The whole report as text for stdout; coloured where that is a terminal. */
export function redisText(results: RedisResults): string {
  const { cells } = results
  const parts = { cells, found: new Findings(cells), labels: CONTESTANTS }
  return contestText(
    results,
    CASES.map((one) => caseSection(one, parts, TOLD)),
  )
}

/** What is told of a cell, from left to right. */
export const TOLD: readonly Told<Cell, Findings>[] = [
  { title: 'time', of: ({ wallNs }) => formatMs(wallNs / 1e6) },
  {
    title: 'to @org/tiered-cache',
    of: ({ case: id, contestant }, found) => formatTimes(found.ratio(id, [contestant], 'ours')),
  },
  { title: 'CPU', of: ({ cpuNs }) => formatMs(cpuNs / 1e6) },
]
