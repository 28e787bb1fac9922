import { goalsSection } from '../contest/goals-report.ts'
import { formatProcesses, formatSpread } from '../contest/wording.ts'
import { formatMs, formatTimes } from '../report/format.ts'
import { bold, joinSections, listSection, machineLine } from '../report/sections.ts'
import { table } from '../report/table.ts'
import { type Case, type CaseKind, CASES } from './cases.ts'
import { type Cell, Findings } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import { ownOf } from './own.ts'
import type { MemoryResults } from './results.ts'
import { formatBreakEven, formatEntryBytes, formatGrowth, formatHitRate, formatPause } from './wording.ts'

/** The whole report as text for stdout; coloured where that is a terminal. */
export function memoryText(results: MemoryResults): string {
  const found = new Findings(results.cells)
  return joinSections([
    `${machineLine(results.machine)} · ${formatProcesses(results.processes)}`,
    ...CASES.map((one) => caseSection(one, results.cells, found)),
    goalsSection(results.goals),
    listSection('How to read this', results.notes, 'dim'),
    listSection('Warnings', results.warnings, 'yellow'),
  ])
}

/** A number that a case tells, beside the name of the contestant and the spread. */
interface Told {
  readonly title: string
  readonly of: (cell: Cell, found: Findings) => string
}

const COST: readonly Told[] = [
  { title: 'CPU', of: (cell) => formatMs(cell.cpuNs / 1e6) },
  {
    title: 'to @org/tiered-cache',
    of: ({ case: id, contestant }, found) => formatTimes(found.ratio(id, [contestant], ownOf(id))),
  },
]

const TOLD: Readonly<Partial<Record<CaseKind, readonly Told[]>>> = {
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

function caseSection(one: Case, cells: readonly Cell[], found: Findings): string {
  const own = cells.filter((cell) => cell.case === one.id)
  if (own.length === 0) return ''
  const told = TOLD[one.kind] ?? COST
  const columns = [{ title: 'contestant' }, ...[...told, { title: 'spread' }].map(rightAligned)]
  const rows = own.map((cell) => [
    CONTESTANTS[cell.contestant].label,
    ...told.map(({ of }) => of(cell, found)),
    formatSpread(cell),
  ])
  return `${bold(one.title)}\n${table(columns, rows)}`
}

function rightAligned({ title }: { readonly title: string }) {
  return { title, align: 'right' as const }
}
