import { goalsTable } from '../contest/goals-report.ts'
import { type Group, ratioCells } from '../contest/ratio-cells.ts'
import { formatProcesses } from '../contest/wording.ts'
import { formatMs } from '../report/format.ts'
import { generatedFrom, markdownTable } from '../report/markdown.ts'
import { type CaseId, CASES } from './cases.ts'
import { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'
import type { FreshnessResults } from './results.ts'

const GROUPS: readonly Group<ContestantId>[] = [
  { title: 'with tags', members: ['ours-tagged'] },
  { title: 'in a namespace', members: ['ours-namespace'] },
  { title: 'with tags in a namespace', members: ['ours-namespace-tagged'] },
  { title: '100 x getOrSet', members: ['ours-singles'] },
  { title: 'Map', members: ['map-async'] },
  { title: 'bentocache', members: ['bentocache'] },
  { title: 'bentocache, serialize off', members: ['bentocache-reference'] },
  { title: 'cacheable', members: ['cacheable'] },
  { title: 'cacheable, useClone off', members: ['cacheable-reference'] },
  { title: 'cache-manager', members: ['cache-manager'] },
]

/** The freshness of a run as Markdown: what an operation takes, how many times that the others take, and the goals. */
export function freshnessSpeedBlock(results: FreshnessResults): string {
  const found = new Findings(results.cells)
  const rows = CASES.map(({ id, title }) => [title, ownCell(found, id), ...ratioCells(found, id, GROUPS, 'ours')])
  return [
    markdownTable(['', '@org/tiered-cache', ...GROUPS.map(({ title }) => title)], rows),
    'The first column is CPU time of the whole process for an operation, of `invalidateTag` and of waiters time by the clock; the others are how many times that they take. Who has no `getOrSetMany` makes 100 calls at once.',
    goalsTable(results.goals),
    `${generatedFrom(results)} The numbers are ${formatProcesses(results.processes)}.`,
  ].join('\n\n')
}

function ownCell(found: Findings, id: CaseId): string {
  const cost = found.cost(id, 'ours')
  return Number.isNaN(cost) ? 'not measured' : formatMs(cost / 1e6)
}
