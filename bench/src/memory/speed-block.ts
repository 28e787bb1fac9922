import { goalsTable } from '../contest/goals-report.ts'
import { type Group, ratioCells } from '../contest/ratio-cells.ts'
import { formatProcesses } from '../contest/wording.ts'
import { formatMs } from '../report/format.ts'
import { generatedFrom, markdownTable } from '../report/markdown.ts'
import { type Case, CASES } from './cases.ts'
import { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'
import { ownOf } from './own.ts'
import type { MemoryResults } from './results.ts'
import { formatEntryBytes, formatGrowth, formatHitRate, formatPause } from './wording.ts'

const GROUPS: readonly Group<ContestantId>[] = [
  { title: 'Map', members: ['map', 'map-async'] },
  { title: 'Map + FIFO', members: ['fifo'] },
  { title: 'lru-cache', members: ['lru-cache'] },
  { title: 'lru-cache, ttl', members: ['lru-cache-ttl'] },
  { title: 'quick-lru', members: ['quick-lru'] },
  { title: 'mnemonist', members: ['mnemonist'] },
  { title: 'tiny-lru', members: ['tiny-lru'] },
  { title: 'sieve-cache', members: ['sieve-cache'] },
  { title: '@cacheable/memory', members: ['cacheable'] },
]

/** The speed of a run as Markdown: what an operation takes, how many times that the others take, and the goals. */
export function memorySpeedBlock(results: MemoryResults): string {
  const found = new Findings(results.cells)
  const titles = ['', '@org/tiered-cache', ...GROUPS.map(({ title }) => title)]
  return [
    markdownTable(
      titles,
      CASES.flatMap((one) => rowsOf(one, found)),
    ),
    'The first column is CPU time of the whole process for an operation, the others are how many times that they take; of hit rates, bytes and pauses everybody has their own.',
    goalsTable(results.goals),
    `${generatedFrom(results)} The numbers are ${formatProcesses(results.processes)}.`,
  ].join('\n\n')
}

function rowsOf(one: Case & (typeof CASES)[number], found: Findings): string[][] {
  if (one.kind === 'bytes')
    return [own(one, 'bytes over key and value', (id) => formatEntryBytes(found.bytesPerEntry(id)))]
  if (one.kind === 'growth') return [own(one, 'growth', (id) => formatGrowth(found.grownBytes(id)))]
  if (one.kind === 'pauses') {
    return [
      own(one, 'filling', (id) => formatPause(found.cell(one.id, id)?.fillPauseMs)),
      own(one, 'evicting', (id) => formatPause(found.cell(one.id, id)?.evictPauseMs)),
    ]
  }
  const cost = [one.title, ownCost(one, found), ...ratioCells(found, one.id, GROUPS, ownOf(one.id))]
  if (one.kind !== 'replay') return [cost]
  return [cost, own(one, 'hit rate', (id) => formatHitRate(found.hitRate(one.id, id)))]
}

/** One row of numbers that are not told in times of ours. */
function own(one: Case & (typeof CASES)[number], what: string, cellOf: (id: ContestantId) => string): string[] {
  const ids = [ownOf(one.id), ...GROUPS.map(({ members }) => members[0] as ContestantId)]
  const parts: readonly ContestantId[] = one.contestants
  return [`${one.title}: ${what}`, ...ids.map((id) => (parts.includes(id) ? cellOf(id) : '-'))]
}

function ownCost({ id }: (typeof CASES)[number], found: Findings): string {
  const cell = found.cell(id, ownOf(id))
  return cell === undefined ? 'not measured' : formatMs(cell.cpuNs / 1e6)
}
