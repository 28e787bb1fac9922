import { styleText } from 'node:util'
import type { Verdict } from '../../../bench/src/claims/claim.ts'
import { formatCount, formatMs, formatPercent } from '../../../bench/src/report/format.ts'
import { generatedFrom, markdownTable } from '../../../bench/src/report/markdown.ts'
import { bold, joinSections, listSection, machineLine } from '../../../bench/src/report/sections.ts'
import { type Column, table } from '../../../bench/src/report/table.ts'
import { formatSize } from '../../../bench/src/size.ts'
import type { JudgedClaim } from './claims.ts'
import type { Summary } from './comparison.ts'
import { LENGTHS, type Length } from './recordings.ts'
import type { ServiceResults } from './results.ts'
import { VARIANTS } from './variant.ts'

const COLOURS = { holds: 'green', better: 'cyan', 'does not hold': 'red', 'not measured': 'dim' } as const

const COLUMNS: readonly Column[] = [
  { title: 'service' },
  { title: 'upload', align: 'right' },
  { title: 'second request', align: 'right' },
  { title: 'look-up in it', align: 'right' },
  { title: 'requests/s', align: 'right' },
  { title: 'CPU at 50/s', align: 'right' },
  { title: 'memory', align: 'right' },
]

/** The whole report as text for stdout; coloured where that is a terminal. */
export function terminalReport(results: ServiceResults): string {
  const { uploadBytes, claims, notes, warnings } = results
  return joinSections([
    machineLine(results.machine),
    `${bold('Before and after')}\n${table(COLUMNS, figureRows(results))}`,
    [bold('The claims, as measured here'), ...claims.map((claim) => claimText(claim, uploadBytes))].join('\n'),
    listSection('How to read this', notes, 'dim'),
    listSection('Warnings', warnings, 'yellow'),
  ])
}

/** The same as Markdown, for the README. */
export function readmeBlock(results: ServiceResults): string {
  const { uploadBytes, claims, notes, warnings } = results
  const titles = ['Claim', ...LENGTHS.map((length) => uploadLabel(uploadBytes[length])), 'Why']
  const figures = markdownTable(
    COLUMNS.map(({ title }) => title),
    figureRows(results),
  )
  const judged = markdownTable(
    titles,
    claims.map((claim) => claimCells(claim, uploadBytes)),
  )
  const lists = [...notes, ...warnings.map((warning) => `Warning: ${warning}`)].map((line) => `- ${line}`)
  return [judged, figures, lists.join('\n'), generatedFrom(results)].join('\n\n')
}

function figureRows({ comparison, uploadBytes }: ServiceResults): string[][] {
  return VARIANTS.flatMap((variant) =>
    LENGTHS.map((length) => figureCells(variant, comparison[variant], length, uploadBytes)),
  )
}

function figureCells(
  variant: string,
  { figures, rssBytes }: Summary,
  length: Length,
  bytes: Readonly<Record<Length, number>>,
): string[] {
  const { secondMs, lookupMs, requestsPerSecond, steadyCpu } = figures[length]
  const memory = length === LENGTHS[0] ? `${Math.round(rssBytes / 1_000_000)} MB` : ''
  return [
    length === LENGTHS[0] ? variant : '',
    formatSize(bytes[length]),
    formatMs(secondMs),
    formatMs(lookupMs),
    formatCount(requestsPerSecond),
    formatPercent(steadyCpu),
    memory,
  ]
}

function claimText({ claim, findings }: JudgedClaim, bytes: Readonly<Record<Length, number>>): string {
  const lines = findings.map(({ length, measured, verdict, reason }) => {
    const cells = [formatSize(bytes[length]).padStart(9), measured.padStart(8), verdictText(verdict)]
    return `  ${cells.join('  ')}  ${styleText('dim', reason)}`
  })
  return [`${claim}.`, ...lines].join('\n')
}

function verdictText(verdict: Verdict): string {
  return styleText(COLOURS[verdict], verdict.padEnd('does not hold'.length))
}

function claimCells({ claim, findings }: JudgedClaim, bytes: Readonly<Record<Length, number>>): string[] {
  const reasons = new Set(findings.map(({ reason }) => reason))
  const why = findings.map(({ length, reason }) => `${formatSize(bytes[length])}: ${reason}`)
  return [
    claim,
    ...findings.map(({ measured, verdict }) => `${measured}: **${verdict}**`),
    reasons.size === 1 ? [...reasons].join() : why.join('; '),
  ]
}

function uploadLabel(bytes: number): string {
  return `Uploads of ${formatSize(bytes)}`
}
