import { caseSection, contestText, type Told } from '../contest/report-text.ts'
import { formatBytes } from '../contest/wording.ts'
import { formatMs, formatTimes } from '../report/format.ts'
import { CASES } from './cases.ts'
import { type Cell, Findings } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import type { BreakerResults } from './results.ts'
import { formatShare } from './wording.ts'

/** The whole report as text for stdout; coloured where that is a terminal. */
export function breakerText(results: BreakerResults): string {
  const { cells } = results
  const parts = { cells, found: new Findings(cells), labels: CONTESTANTS }
  return contestText(
    results,
    CASES.map((one) => caseSection(one, parts, one.kind === 'idle' ? IDLE : CALL)),
  )
}

const TIMES: Told<Cell, Findings> = {
  title: 'to @org/breaker',
  of: ({ case: id, contestant }, found) => formatTimes(found.ratio(id, [contestant], 'ours')),
}

const CALL: readonly Told<Cell, Findings>[] = [
  { title: 'CPU per call', of: ({ cpuNs }) => formatMs(cpuNs / 1e6) },
  TIMES,
  { title: 'bytes per call', of: ({ bytes }) => formatBytes(bytes) },
]

const IDLE: readonly Told<Cell, Findings>[] = [
  { title: 'CPU of a core', of: ({ cpuNs }) => formatShare(cpuNs) },
  TIMES,
  { title: 'held by each', of: ({ bytes }) => formatBytes(bytes) },
]
