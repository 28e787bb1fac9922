import { caseSection, contestText, type Told } from '../contest/report-text.ts'
import { formatMs, formatTimes } from '../report/format.ts'
import { type CaseKind, CASES } from './cases.ts'
import { type Cell, Findings } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import { ownOf } from './own.ts'
import type { MemoryResults } from './results.ts'
import { formatBreakEven, formatEntryBytes, formatGrowth, formatHitRate, formatPause } from './wording.ts'

/** The whole report as text for stdout; coloured where that is a terminal. */
export function memoryText(results: MemoryResults): string {
  const { cells } = results
  const parts = { cells, found: new Findings(cells), labels: CONTESTANTS }
  return contestText(
    results,
    CASES.map((one) => caseSection(one, parts, TOLD[one.kind] ?? COST)),
  )
}

const COST: readonly Told<Cell, Findings>[] = [
  { title: 'CPU', of: (cell) => formatMs(cell.cpuNs / 1e6) },
  {
    title: 'to @org/tiered-cache',
    of: ({ case: id, contestant }, found) => formatTimes(found.ratio(id, [contestant], ownOf(id))),
  },
]

const TOLD: Readonly<Partial<Record<CaseKind, readonly Told<Cell, Findings>[]>>> = {
  replay: [
    ...COST,
    { title: 'hit rate', of: ({ case: id, contestant }, found) => formatHitRate(found.hitRate(id, contestant)) },
    {
      title: 'CPU per miss avoided',
      of: ({ case: id, contestant }, found) => formatMs(found.nsPerMissAvoided(id, contestant) / 1e6),
    },
    {
      title: 'ahead of lru-cache at',
      of: ({ case: id, contestant }, found) => formatBreakEven(found, id, contestant, 'lru-cache'),
    },
  ],
  bytes: [
    { title: 'over key and value', of: ({ contestant }, found) => formatEntryBytes(found.bytesPerEntry(contestant)) },
    { title: 'whole process', of: ({ bytes = Number.NaN }) => formatGrowth(bytes) },
  ],
  growth: [
    { title: 'grown by', of: ({ contestant }, found) => formatGrowth(found.grownBytes(contestant)) },
    { title: 'whole process', of: ({ bytes = Number.NaN }) => formatGrowth(bytes) },
  ],
  pauses: [
    { title: 'while it fills', of: ({ fillPauseMs }) => formatPause(fillPauseMs) },
    { title: 'while it evicts', of: ({ evictPauseMs }) => formatPause(evictPauseMs) },
  ],
}
