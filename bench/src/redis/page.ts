import { goalsHtml } from '../contest/goals-page.ts'
import { labelOf } from '../contest/labels.ts'
import { formatProcesses, formatSpread } from '../contest/wording.ts'
import { type Range, rangeChart } from '../report/charts.ts'
import { pageFrame } from '../report/page-frame.ts'
import { escape, section, textTable } from '../report/page-parts.ts'
import { CASES } from './cases.ts'
import { type Cell, Findings, isByCpu, judgedNs } from './cell.ts'
import { CONTESTANTS } from './contestants.ts'
import type { RedisResults } from './results.ts'
import { TOLD } from './terminal.ts'

/** The report as a page, with a picture for each case. */
export function redisPage(results: RedisResults): string {
  const found = new Findings(results.cells)
  return pageFrame(results, {
    heading: 'Memory and Redis, measured',
    facts: [formatProcesses(results.processes)],
    parts: [
      section('The goals', goalsHtml(results.goals)),
      ...CASES.map((one) => {
        const cells = results.cells.filter((cell) => cell.case === one.id)
        return cells.length === 0 ? '' : caseSection(one, cells, found)
      }),
    ],
  })
}

function caseSection({ id, title }: (typeof CASES)[number], cells: readonly Cell[], found: Findings): string {
  const titles = ['Contestant', ...TOLD.map((told) => told.title), 'spread']
  const rows = cells.map((cell) => [
    labelOf(CONTESTANTS, cell.contestant),
    ...TOLD.map(({ of }) => of(cell, found)),
    formatSpread(cell),
  ])
  const lines = cells.map(({ contestant }) => labelOf(CONTESTANTS, contestant))
  const svg = rangeChart({ title: escape(title), lines, ranges: cells.map(rangeOf), lineHeight: 26 })
  return section(
    title,
    `<p class="caption">${isByCpu(id) ? 'CPU time' : 'Time by the clock'}. Dot and number: the median, end of the line: the slowest process.</p><div class="scroll">${svg}</div>
<details><summary>All numbers</summary>${textTable('rows', titles, rows)}</details>`,
  )
}

function rangeOf(cell: Cell): Range {
  const slowest = cell.slowestNs / 1e6
  return {
    line: labelOf(CONTESTANTS, cell.contestant),
    p50Ms: judgedNs(cell.case, cell) / 1e6,
    p95Ms: slowest,
    p99Ms: slowest,
    colour: cell.contestant.startsWith('ours') ? 'var(--c0)' : 'var(--faint)',
    lane: [0, 1],
  }
}
