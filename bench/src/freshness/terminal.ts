import { caseSection, contestText, type Told } from '../contest/report-text.ts'
import { formatMs, formatTimes } from '../report/format.ts'
import { type CaseKind, CASES } from './cases.ts'
import { type Cell, Findings } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import type { FreshnessResults } from './results.ts'

/** The whole report as text for stdout; coloured where that is a terminal. */
export function freshnessText(results: FreshnessResults): string {
  const { cells } = results
  const parts = { cells, found: new Findings(cells), labels: CONTESTANTS }
  return contestText(
    results,
    CASES.map((one) => caseSection(one, parts, TOLD[one.kind] ?? COST)),
  )
}

/** Nanoseconds in the unit that suits them; `-` where there are none. */
function formatNs(ns: number | undefined): string {
  return ns === undefined ? '-' : formatMs(ns / 1e6)
}

const TIMES: Told<Cell, Findings> = {
  title: 'to @org/tiered-cache',
  of: ({ case: id, contestant }, found) => formatTimes(found.ratio(id, [contestant], 'ours')),
}

const COST: readonly Told<Cell, Findings>[] = [{ title: 'CPU', of: ({ cpuNs }) => formatNs(cpuNs) }, TIMES]

const CLOCK: Told<Cell, Findings> = { title: 'by the clock', of: ({ wallNs }) => formatNs(wallNs) }

const TOLD: Readonly<Partial<Record<CaseKind, readonly Told<Cell, Findings>[]>>> = {
  invalidate: [CLOCK, TIMES, { title: 'the first read after it', of: ({ afterNs }) => formatNs(afterNs) }],
  waiters: [CLOCK, TIMES, { title: 'CPU of all, calls included', of: ({ cpuNs }) => formatNs(cpuNs) }],
}
