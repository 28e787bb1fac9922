import { styleText } from 'node:util'
import type { ClaimResult, Finding, Verdict } from '../claims/claim.ts'
import type { Results, Row } from '../results.ts'
import { formatCount, formatMs, formatPercent, formatWhole } from './format.ts'
import { bold, joinSections, listSection, machineLine } from './sections.ts'
import { type Column, table } from './table.ts'

const COLUMNS: readonly Column[] = [
  { title: 'contestant' },
  { title: 'operation' },
  { title: 'p50', align: 'right' },
  { title: 'p95', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'ops/s', align: 'right' },
  { title: 'samples', align: 'right' },
  { title: 'spread', align: 'right' },
]

const COLOURS = { holds: 'green', better: 'cyan', 'does not hold': 'red', 'not measured': 'dim' } as const

/** The whole report as text for stdout; coloured where that is a terminal. */
export function terminalReport(results: Results): string {
  return joinSections([
    machineLine(results.machine),
    ...results.payloads.map(({ label }) => payloadSection(label, results.rows)),
    claimsSection(results.claims),
    listSection('How to read this', results.notes, 'dim'),
    listSection('Warnings', results.warnings, 'yellow'),
  ])
}

function payloadSection(label: string, rows: readonly Row[]): string {
  const own = rows.filter((row) => row.payload === label)
  const cells = own.map((row, index) => [
    row.contestant === own[index - 1]?.contestant ? '' : row.contestant,
    row.operation,
    formatMs(row.p50Ms),
    formatMs(row.p95Ms),
    formatMs(row.p99Ms),
    formatCount(row.opsPerSecond),
    row.batch > 1 ? `${formatWhole(row.samples)} x ${row.batch}` : formatWhole(row.samples),
    formatPercent(row.spread),
  ])
  return `${bold(`Payload ${label}`)}\n${table(COLUMNS, cells)}`
}

function claimsSection(claims: readonly ClaimResult[]): string {
  if (claims.length === 0) return ''
  return [bold('The claims, as measured here'), ...claims.map(claimBlock)].join('\n')
}

function claimBlock({ claim, findings, remark }: ClaimResult): string {
  const columns = [
    Math.max(...findings.map((finding) => finding.payload.length)),
    Math.max(...findings.map((finding) => finding.measured.length)),
  ] as const
  const lines = findings.map((finding) => findingLine(finding, columns))
  const notes = remark === undefined ? [] : [styleText('dim', `  Note: ${remark}.`)]
  return [`${claim}.`, ...lines, ...notes].join('\n')
}

function findingLine(finding: Finding, [payload, measured]: readonly [number, number]): string {
  const cells = [finding.payload.padEnd(payload), finding.measured.padStart(measured), verdictText(finding.verdict)]
  return `  ${cells.join('  ')}  ${styleText('dim', finding.reason)}`
}

function verdictText(verdict: Verdict): string {
  return styleText(COLOURS[verdict], verdict.padEnd('does not hold'.length))
}
