import type { ClaimResult, Finding } from '../claims/claim.ts'
import type { Results } from '../results.ts'
import { generatedFrom, markdownTable } from './markdown.ts'

/** The claims of a run as Markdown: a table, and what it was measured on. */
export function claimsBlock(results: Results): string {
  const labels = results.payloads.map((payload) => payload.label)
  const rows = results.claims.map((claim) => claimCells(claim, labels))
  return `${markdownTable(['Claim', ...labels, 'Why'], rows)}\n\n${generatedFrom(results)}`
}

function claimCells(claim: ClaimResult, labels: readonly string[]): string[] {
  const found = labels.map((label) => claim.findings.find((finding) => finding.payload === label))
  return [claim.claim, ...found.map(findingCell), why(claim)]
}

function findingCell(finding: Finding | undefined): string {
  if (finding === undefined || finding.verdict === 'not measured') return 'not measured'
  return `${finding.measured}: **${finding.verdict}**`
}

/** Each reason once, with the payloads it is true for where there are several. */
function why({ findings, remark }: ClaimResult): string {
  const reasons = [...new Set(findings.map((finding) => finding.reason))]
  const told = reasons.map((reason) => {
    const payloads = findings.filter((finding) => finding.reason === reason).map((finding) => finding.payload)
    return reasons.length === 1 ? reason : `${payloads.join(', ')}: ${reason}`
  })
  return [...told, ...(remark === undefined ? [] : [remark])].join('; ')
}
