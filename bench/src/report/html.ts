import { readFileSync } from 'node:fs'
import type { ClaimResult, Finding } from '../claims/claim.ts'
import type { Results, Row } from '../results.ts'
import { formatCount, formatMs, formatPercent, formatWhole } from './format.ts'
import { claimsChart, hitsChart, type PageChart, payloadChart } from './page-charts.ts'
import { machineLine } from './sections.ts'

const STYLE = readFileSync(new URL('page.css', import.meta.url), 'utf8')

/** The report as one page that needs nothing beside itself: styles and pictures are in it, scripts there are none. */
export function htmlReport(results: Results): string {
  const claims = claimsChart(results)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bench: ${escape(results.suite)}</title>
<style>
${STYLE}</style>
</head>
<body>
<main>
<h1>Memory, Redis and disk, measured</h1>
<p class="machine">${escape(results.startedAt.slice(0, 16).replace('T', ' '))} UTC · ${escape(machineLine(results.machine))} · ${results.rounds} rounds</p>
${items('warnings', results.warnings)}
${results.claims.length === 0 ? '' : claimsTable(results)}
${claims === undefined ? '' : chartSection(claims)}
${chartSection(hitsChart(results))}
${results.payloads.map(({ label }) => payloadSection(results, label)).join('\n')}
<section><h2>How to read this</h2>${items('notes', results.notes)}</section>
</main>
</body>
</html>
`
}

function claimsTable({ claims, payloads }: Results): string {
  const labels = payloads.map((payload) => payload.label)
  const head = ['Claim', ...labels].map((title) => `<th>${escape(title)}</th>`).join('')
  const body = claims.map((claim) => claimRow(claim, labels)).join('\n')
  return `<section><h2>The claims</h2><div class="scroll"><table class="claims"><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div></section>`
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
  return `<section>${chartOf(chart)}</section>`
}

function chartOf({ heading, caption, legend, svg }: PageChart): string {
  const keys = legend.map(([name, colour]) => `<span><i style="background:${colour}"></i>${escape(name)}</span>`)
  const key = keys.length > 1 ? `<p class="legend">${keys.join('')}</p>` : ''
  return `<h2>${escape(heading)}</h2><p class="caption">${escape(caption)}</p>${key}<div class="scroll">${svg}</div>`
}

function payloadSection(results: Results, label: string): string {
  const rows = results.rows.filter((row) => row.payload === label).map(measuredRow)
  const head = ['Contestant', 'Operation', 'p50', 'p95', 'p99', 'ops/s', 'Samples', 'Spread']
  const titles = head.map((title) => `<th>${title}</th>`).join('')
  const table = `<table class="rows"><thead><tr>${titles}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`
  return `<section>${chartOf(payloadChart(results, label))}<details><summary>All numbers at ${escape(label)}</summary><div class="scroll">${table}</div></details></section>`
}

function measuredRow(row: Row): string {
  const samples = row.batch > 1 ? `${formatWhole(row.samples)} × ${row.batch}` : formatWhole(row.samples)
  const cells = [
    row.contestant,
    row.operation,
    formatMs(row.p50Ms),
    formatMs(row.p95Ms),
    formatMs(row.p99Ms),
    formatCount(row.opsPerSecond),
    samples,
    formatPercent(row.spread),
  ]
  return `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`
}

function items(kind: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return `<ul class="${kind}">${lines.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
