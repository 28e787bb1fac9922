import { bold, joinSections, listSection, machineLine } from '../report/sections.ts'
import { table } from '../report/table.ts'
import type { CostCell } from './findings.ts'
import { goalsSection } from './goals-report.ts'
import { type ContestCase, labelOf, type Labels } from './labels.ts'
import type { ContestResults, JudgedResults } from './results.ts'
import { formatProcesses, formatSpread } from './wording.ts'

/** A number that a case tells, beside the name of the contestant and the spread. */
export interface Told<Cell, Found> {
  readonly title: string
  readonly of: (cell: Cell, found: Found) => string
}

/** What the sections of all cases are made of. */
export interface Measurements<Cell, Found> {
  readonly cells: readonly Cell[]
  readonly found: Found
  readonly labels: Labels
}

/** The whole report of a contest as text for stdout; coloured where that is a terminal. */
export function contestText(results: ContestResults<string, unknown>, sections: readonly string[]): string {
  return judgedText(results, `${machineLine(results.machine)} · ${formatProcesses(results.processes)}`, sections)
}

/** What was found, the goals, and what to know about the numbers, as text for stdout. */
export function judgedText(results: JudgedResults<string>, headline: string, sections: readonly string[]): string {
  return joinSections([
    headline,
    ...sections,
    goalsSection(results.goals),
    listSection('How to read this', results.notes, 'dim'),
    listSection('Warnings', results.warnings, 'yellow'),
  ])
}

/** A line for each contestant of a case, with the spread; nothing where none was measured. */
export function caseSection<Cell extends CostCell<string, string>, Found>(
  one: ContestCase,
  { cells, found, labels }: Measurements<Cell, Found>,
  told: readonly Told<Cell, Found>[],
): string {
  const own = cells.filter((cell) => cell.case === one.id)
  if (own.length === 0) return ''
  const columns = [{ title: 'contestant' }, ...[...told, { title: 'spread' }].map(rightAligned)]
  const rows = own.map((cell) => [
    labelOf(labels, cell.contestant),
    ...told.map(({ of }) => of(cell, found)),
    formatSpread(cell),
  ])
  return `${bold(one.title)}\n${table(columns, rows)}`
}

function rightAligned({ title }: { readonly title: string }) {
  return { title, align: 'right' as const }
}
