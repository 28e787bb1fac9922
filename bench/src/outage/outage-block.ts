import { goalsTable } from '../contest/goals-report.ts'
import { formatMs } from '../report/format.ts'
import { generatedFrom, markdownTable } from '../report/markdown.ts'
import type { OutageResults } from './results.ts'
import { COLUMNS, rowsOf } from './rows.ts'

/** What callers noticed of each fault of a run, as Markdown, and the goals. */
export function outageBlock(results: OutageResults): string {
  return [
    markdownTable(
      COLUMNS.map(({ title }) => title),
      rowsOf(results.cells),
    ),
    `Each fault lasts ${formatMs(results.faultMs)}; times are before → during. getOrSet: half of the keys are held by Redis, the others are new, and a load takes 20 ms. Held: those of Redis alone, and the share of them that was loaded all the same. Waited: requests that took three times the p99 of before, their own load left out. Writes back: from Redis being there again until every \`set\` is acknowledged.`,
    goalsTable(results.goals),
    generatedFrom(results),
  ].join('\n\n')
}
