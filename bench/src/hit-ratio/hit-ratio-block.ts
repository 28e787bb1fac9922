import { goalsTable } from '../contest/goals-report.ts'
import { generatedFrom, markdownTable } from '../report/markdown.ts'
import type { HitRatioResults } from './results.ts'
import { summaryRows } from './tables.ts'

/** The hit ratio of a run as Markdown: what it comes to for each cache, and the goals. */
export function hitRatioBlock(results: HitRatioResults): string {
  const { columns, rows } = summaryRows(results.cells)
  return [
    markdownTable(
      columns.map(({ title }) => title),
      rows,
    ),
    `Over ${results.cells.length} cells, ${results.traces.length} traces at capacities of 0.5 to 50 % of their keys: the mean of the hit ratio over the optimum (Belady), the mean hit ratio, and the cells won and lost by more than half a point.`,
    goalsTable(results.goals),
    generatedFrom(results),
  ].join('\n\n')
}
