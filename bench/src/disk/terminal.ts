import { caseSection, contestText, type Told } from '../contest/report-text.ts'
import { formatBytes } from '../contest/wording.ts'
import { formatCount, formatMs, formatTimes } from '../report/format.ts'
import { type Case, CASES, type CaseKind } from './cases.ts'
import { type Cell, Findings } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import type { DiskResults } from './results.ts'

type Column = Told<Cell, Findings>

/** The whole report as text for stdout; coloured where that is a terminal. */
export function diskText(results: DiskResults): string {
  const { cells } = results
  const parts = { cells, found: new Findings(cells), labels: CONTESTANTS }
  const cases: readonly Case[] = CASES
  return contestText(
    results,
    cases.map((one) => caseSection(one, parts, TOLD[one.kind])),
  )
}

const TIME: Column = { title: 'time', of: ({ wallNs }) => formatMs(wallNs / 1e6) }
const CPU: Column = { title: 'CPU', of: ({ cpuNs }) => formatMs(cpuNs / 1e6) }
const TO_OURS: Column = {
  title: 'to diskTier',
  of: ({ case: id, contestant }, found) => formatTimes(found.ratio(id, [contestant], 'ours')),
}
const TO_FLOOR: Column = { title: 'to pread + crc32', of: ({ timesFloor }) => formatTimes(timesFloor ?? Number.NaN) }

/** What is told of a cell, from left to right. */
const TOLD: Readonly<Record<CaseKind, readonly Column[]>> = {
  get: [TIME, TO_OURS, TO_FLOOR, CPU],
  miss: [TIME, TO_OURS, { title: 'reads of files', of: ({ fileReads }) => formatCount(fileReads ?? Number.NaN) }],
  set: [TIME, TO_OURS, CPU],
  bytes: [{ title: 'for each byte', of: ({ diskPerByte }) => formatTimes(diskPerByte ?? Number.NaN) }],
  load: [
    { title: 'gap, p99', of: ({ gapP99Ms }) => formatMs(gapP99Ms ?? Number.NaN) },
    { title: 'longest', of: ({ gapMaxMs }) => formatMs(gapMaxMs ?? Number.NaN) },
    { title: 'files in a turn, p99', of: ({ filesP99Ms }) => formatMs(filesP99Ms ?? Number.NaN) },
    { title: 'CPU of a call', of: ({ cpuNs }) => formatMs(cpuNs / 1e6) },
  ],
  bound: [{ title: 'segments', of: ({ beyond }) => formatCount(beyond ?? Number.NaN) }],
  open: [TIME, CPU, { title: 'memory for each', of: ({ indexBytes }) => formatBytes(indexBytes) }],
}
