import { goalsTable } from '../contest/goals-report.ts'
import { type Group, ratioCells } from '../contest/ratio-cells.ts'
import { formatProcesses } from '../contest/wording.ts'
import { formatMs, formatTimes } from '../report/format.ts'
import { generatedFrom, markdownTable } from '../report/markdown.ts'
import { type Case, CASES, type CaseId } from './cases.ts'
import { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'
import type { DiskResults } from './results.ts'

const GROUPS: readonly Group<ContestantId>[] = [
  { title: 'sqliteTier', members: ['ours-sqlite'] },
  { title: 'pread + crc32', members: ['floor'] },
  { title: 'node:sqlite', members: ['node-sqlite'] },
  { title: 'better-sqlite3', members: ['better-sqlite3'] },
  { title: 'lmdb', members: ['lmdb'] },
  { title: 'classic-level', members: ['classic-level'] },
  { title: 'one file per key', members: ['files'] },
  { title: 'cacache', members: ['cacache'] },
  { title: 'keyv-file', members: ['keyv-file'] },
]

/** The speed of a run as Markdown: what an operation takes, how many times that the others take, bytes on disk, and the goals. */
export function diskSpeedBlock(results: DiskResults): string {
  const found = new Findings(results.cells)
  const titles = GROUPS.map(({ title }) => title)
  return [
    markdownTable(
      ['', 'diskTier', ...titles],
      timed().map(({ id, title }) => [title, ownCell(found, id), ...ratioCells(found, id, GROUPS, 'ours')]),
    ),
    'The first column is time by the clock; the others are how many times that they take.',
    markdownTable(
      ['For each byte stored', 'diskTier', ...titles],
      casesOf('bytes').map(({ id, title }) => [
        title,
        ...(['ours', ...GROUPS.map(memberOf)] as const).map(diskCell(found, id)),
      ]),
    ),
    goalsTable(results.goals),
    `${generatedFrom(results)} The numbers are ${formatProcesses(results.processes)}.`,
  ].join('\n\n')
}

function timed(): readonly (Case & { readonly id: CaseId })[] {
  return [...casesOf('get'), ...casesOf('miss'), ...casesOf('set')]
}

function casesOf(kind: Case['kind']): readonly (Case & { readonly id: CaseId })[] {
  return (CASES as readonly (Case & { readonly id: CaseId })[]).filter((one) => one.kind === kind)
}

function memberOf({ members }: Group<ContestantId>): ContestantId {
  return members[0] as ContestantId
}

function diskCell(found: Findings, id: CaseId): (contestant: ContestantId) => string {
  return (contestant) => {
    const share = found.of(id, contestant, 'diskPerByte')
    return Number.isNaN(share) ? '-' : formatTimes(share)
  }
}

function ownCell(found: Findings, id: CaseId): string {
  const cell = found.cell(id, 'ours')
  return cell === undefined ? 'not measured' : formatMs(cell.wallNs / 1e6)
}
