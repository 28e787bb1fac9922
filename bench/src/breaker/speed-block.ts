import { goalsTable } from '../contest/goals-report.ts'
import { type Group, ratioCells } from '../contest/ratio-cells.ts'
import { formatBytes, formatProcesses } from '../contest/wording.ts'
import { formatMs } from '../report/format.ts'
import { generatedFrom, markdownTable } from '../report/markdown.ts'
import { type CaseId, CASES } from './cases.ts'
import { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'
import type { BreakerResults } from './results.ts'
import { formatShare } from './wording.ts'

const GROUPS: readonly Group<ContestantId>[] = [
  { title: 'hand-written', members: ['floor', 'floor-fast'] },
  { title: 'opossum', members: ['opossum', 'opossum-tuned', 'opossum-retry'] },
  { title: 'cockatiel', members: ['cockatiel'] },
  { title: 'mollitia', members: ['mollitia'] },
  { title: 'p-limit, p-retry, p-timeout', members: ['p-limit', 'p-retry', 'p-timeout', 'p-all'] },
]

/** The speed of a run as Markdown: what a call takes, how many times that the others take, and the goals. */
export function speedBlock(results: BreakerResults): string {
  const found = new Findings(results.cells)
  const titles = ['', '@org/breaker', ...GROUPS.map((group) => group.title)]
  const rows = CASES.map((one) => [
    one.title,
    ...(one.kind === 'idle' ? idleCells(results) : ownAndRatios(one.id, found)),
  ])
  return [
    markdownTable(titles, rows),
    'The first column is CPU time and allocated bytes of a call, the others are how many times that time they take.',
    goalsTable(results.goals),
    `${generatedFrom(results)} The numbers are ${formatProcesses(results.processes)}.`,
  ].join('\n\n')
}

function ownAndRatios(caseId: CaseId, found: Findings): string[] {
  const ours = found.cell(caseId, 'ours')
  const own = ours === undefined ? 'not measured' : `${formatMs(ours.cpuNs / 1e6)}, ${formatBytes(ours.bytes)}`
  return [own, ...ratioCells(found, caseId, GROUPS, 'ours')]
}

/** Idling is told in its own numbers: the times of next to nothing say little. */
function idleCells({ cells }: BreakerResults): string[] {
  const all: readonly Group<ContestantId>[] = [{ title: 'ours', members: ['ours'] }, ...GROUPS]
  return all.map(({ members }) => {
    const present = cells.filter((cell) => cell.case === 'idle' && members.includes(cell.contestant))
    const cheapest = present.toSorted((a, b) => a.cpuNs - b.cpuNs)[0]
    return cheapest === undefined
      ? '-'
      : `${formatShare(cheapest.cpuNs)} of a core, ${formatBytes(cheapest.bytes)} each`
  })
}
