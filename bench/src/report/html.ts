import type { ClaimResult, Finding } from '../claims/claim.ts'
import type { Results, Row } from '../results.ts'
import { formatCount, formatMs, formatPercent, formatWhole } from './format.ts'
import { claimsChart, hitsChart, type PageChart, payloadChart } from './page-charts.ts'
import { pageFrame } from './page-frame.ts'
import { escape, legend, section, textTable } from './page-parts.ts'

/** The report as a page, with charts. */
export function htmlReport(results: Results): string {
  const claims = claimsChart(results)
  return pageFrame(results, {
    heading: 'Memory, Redis and disk, measured',
    facts: [`${results.rounds} rounds`],
    parts: [
      results.claims.length === 0 ? '' : claimsTable(results),
      claims === undefined ? '' : chartSection(claims),
      chartSection(hitsChart(results)),
      results.payloads.map(({ label }) => payloadSection(results, label)).join('\n'),
    ],
  })
}

function claimsTable({ claims, payloads }: Results): string {
  const labels = payloads.map((payload) => payload.label)
  const head = ['Claim', ...labels].map((title) => `<th>${escape(title)}</th>`).join('')
  const body = claims.map((claim) => claimRow(claim, labels)).join('\n')
  return section(
    'The claims',
    `<div class="scroll"><table class="claims"><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`,
  )
}

function claimRow(claim: ClaimResult, labels: readonly string[]): string {
  const remark = claim.remark === undefined ? '' : `<small>Note: ${escape(claim.remark)}.</small>`
  const cells = labels.map((label) => findingCell(claim.findings.find((finding) => finding.payload === label)))
  return `<tr><th scope="row">${escape(claim.claim)}${remark}</th>${cells.join('')}</tr>`
}

function findingCell(finding: Finding | undefined): string {
  if (finding === undefined) return '<td></td>'
  const badge = `<span class="badge ${finding.verdict.replaceAll(' ', '-')}">${finding.verdict}</span>`
  return `<td>${badge} <b>${escape(finding.measured)}</b><small>${escape(finding.reason)}</small></td>`
}

function chartSection(chart: PageChart): string {
  return section(chart.heading, chartOf(chart))
}

function chartOf({ caption, legend: names, svg }: PageChart): string {
  const key = names.length > 1 ? legend(names) : ''
  return `<p class="caption">${escape(caption)}</p>${key}<div class="scroll">${svg}</div>`
}

function payloadSection(results: Results, label: string): string {
  const rows = results.rows.filter((row) => row.payload === label).map(measuredRow)
  const head = ['Contestant', 'Operation', 'p50', 'p95', 'p99', 'ops/s', 'Samples', 'Spread']
  const chart = payloadChart(results, label)
  const numbers = `<details><summary>All numbers at ${escape(label)}</summary>${textTable('rows', head, rows)}</details>`
  return section(chart.heading, `${chartOf(chart)}${numbers}`)
}

function measuredRow(row: Row): string[] {
  const samples = row.batch > 1 ? `${formatWhole(row.samples)} × ${row.batch}` : formatWhole(row.samples)
  return [
    row.contestant,
    row.operation,
    formatMs(row.p50Ms),
    formatMs(row.p95Ms),
    formatMs(row.p99Ms),
    formatCount(row.opsPerSecond),
    samples,
    formatPercent(row.spread),
  ]
}
