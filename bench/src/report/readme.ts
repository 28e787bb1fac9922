import type { ClaimResult, Finding } from '../claims/claim.ts'
import type { Results } from '../results.ts'
import { machineLine } from './terminal.ts'

const BEGIN = '<!-- claims:begin -->'
const END = '<!-- claims:end -->'

/**
 * `readme` with everything between its two claims markers replaced by the claims of a run.
 * @throws Error where the markers are missing or the wrong way round.
 */
export function withClaims(readme: string, results: Results): string {
  const begin = readme.indexOf(BEGIN)
  const end = readme.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`the README needs a line ${BEGIN} and after it a line ${END}`)
  return `${readme.slice(0, begin + BEGIN.length)}\n${claimsBlock(results)}\n${readme.slice(end)}`
}

/** The claims of a run as Markdown: a table, and what it was measured on. */
function claimsBlock(results: Results): string {
  const labels = results.payloads.map((payload) => payload.label)
  const header = ['Claim', ...labels, 'Why']
  const lines = [header, header.map(() => '---'), ...results.claims.map((claim) => claimCells(claim, labels))]
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  return `\n${table}\n\nGenerated from a ${results.quick ? 'quick ' : ''}run of ${results.startedAt.slice(0, 10)} on ${machineLine(results.machine)}.\n`
}

function claimCells(claim: ClaimResult, labels: readonly string[]): string[] {
  const found = labels.map((label) => claim.findings.find((finding) => finding.payload === label))
  return [escaped(claim.claim), ...found.map(findingCell), escaped(why(claim))]
}

function findingCell(finding: Finding | undefined): string {
  if (finding === undefined || finding.verdict === 'not measured') return 'not measured'
  return `${escaped(finding.measured)}: **${finding.verdict}**`
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

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}
