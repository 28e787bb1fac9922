import { goalsTable } from '../contest/goals-report.ts'
import { type Group, ratioCells } from '../contest/ratio-cells.ts'
import { formatProcesses } from '../contest/wording.ts'
import { formatMs } from '../report/format.ts'
import { generatedFrom, markdownTable } from '../report/markdown.ts'
import { type CaseId, CASES } from './cases.ts'
import { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'
import type { RedisResults } from './results.ts'

const GROUPS: readonly Group<ContestantId>[] = [
  { title: 'without leases', members: ['ours-unleased'] },
  { title: 'with a bus', members: ['ours-bus'] },
  { title: 'raw socket', members: ['floor'] },
  { title: 'node-redis', members: ['node-redis'] },
  { title: 'ioredis', members: ['ioredis', 'ioredis-auto'] },
  { title: 'bentocache', members: ['bentocache'] },
  { title: 'cacheable', members: ['cacheable'] },
  { title: 'cache-manager', members: ['cache-manager'] },
  { title: 'async-cache-dedupe', members: ['async-cache-dedupe'] },
]

/** The speed of a run as Markdown: what an operation takes, how many times that the others take, and the goals. */
export function redisSpeedBlock(results: RedisResults): string {
  const found = new Findings(results.cells)
  const rows = CASES.map(({ id, title }) => [title, ownCell(found, id), ...ratioCells(found, id, GROUPS, 'ours')])
  return [
    markdownTable(['', '@org/tiered-cache', ...GROUPS.map(({ title }) => title)], rows),
    'The first column is time by the clock, and CPU time of the client; the others are how many times that they take, by the clock, and for hits in memory by CPU time.',
    goalsTable(results.goals),
    `${generatedFrom(results)} The numbers are ${formatProcesses(results.processes)}.`,
  ].join('\n\n')
}

function ownCell(found: Findings, id: CaseId): string {
  const cell = found.cell(id, 'ours')
  return cell === undefined ? 'not measured' : `${formatMs(cell.wallNs / 1e6)}, CPU ${formatMs(cell.cpuNs / 1e6)}`
}
