import { formatMs, formatTimes } from '../report/format.ts'
import { generatedFrom, markdownTable } from '../report/markdown.ts'
import { type CaseId, CASES } from './cases.ts'
import { type Cell, Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'
import type { GoalResult } from './goal.ts'
import type { BreakerResults } from './results.ts'
import { formatBytes, formatGoal, formatProcesses, formatShare } from './wording.ts'

interface Group {
  readonly title: string
  /** Of those that take part in a case the cheapest is shown. */
  readonly members: readonly ContestantId[]
}

const GROUPS: readonly Group[] = [
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
    ...(one.kind === 'idle' ? idleCells(results) : ratioCells(one.id, found, results)),
  ])
  return [
    markdownTable(titles, rows),
    'The first column is CPU time and allocated bytes of a call, the others are how many times that time they take.',
    markdownTable(['Goal', 'Measured', 'Verdict'], results.goals.map(goalCells)),
    `${generatedFrom(results)} The numbers are ${formatProcesses(results.processes)}.`,
  ].join('\n\n')
}

function ratioCells(caseId: CaseId, found: Findings, { cells }: BreakerResults): string[] {
  const ours = cells.find((cell) => cell.case === caseId && cell.contestant === 'ours')
  const own = ours === undefined ? 'not measured' : `${formatMs(ours.cpuNs / 1e6)}, ${formatBytes(ours.bytes)}`
  return [own, ...GROUPS.map((group) => ratioCell(caseId, present(caseId, group, cells), found))]
}

function ratioCell(caseId: CaseId, members: readonly Cell[], found: Findings): string {
  if (members.length === 0) return '-'
  return formatTimes(
    found.ratio(
      caseId,
      members.map((cell) => cell.contestant),
      'ours',
    ),
  )
}

/** Idling is told in its own numbers: the times of next to nothing say little. */
function idleCells({ cells }: BreakerResults): string[] {
  const all: readonly Group[] = [{ title: 'ours', members: ['ours'] }, ...GROUPS]
  return all.map((group) => {
    const cheapest = present('idle', group, cells).toSorted((a, b) => a.cpuNs - b.cpuNs)[0]
    return cheapest === undefined
      ? '-'
      : `${formatShare(cheapest.cpuNs)} of a core, ${formatBytes(cheapest.bytes)} each`
  })
}

function present(caseId: CaseId, { members }: Group, cells: readonly Cell[]): Cell[] {
  return cells.filter((cell) => cell.case === caseId && members.includes(cell.contestant))
}

function goalCells(goal: GoalResult): string[] {
  const reason = goal.verdict === 'falls short' && goal.because !== undefined ? `: ${goal.because}` : ''
  return [goal.says, formatGoal(goal), `**${goal.verdict}**${reason}`]
}
