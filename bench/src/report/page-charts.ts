import type { ClaimResult } from '../claims/claim.ts'
import type { Results, Row } from '../results.ts'
import { type Band, type Range, rangeChart } from './charts.ts'

/** A chart and what to say above it. */
export interface PageChart {
  readonly heading: string
  readonly caption: string
  /** Names and CSS colours, where colours say something that the lines do not. */
  readonly legend: readonly (readonly [name: string, colour: string])[]
  readonly svg: string
}

/** The claims about times against what was measured; `undefined` where nothing of it was. */
export function claimsChart({ claims, payloads }: Results): PageChart | undefined {
  const shown = claims.filter((claim) => claim.unit === 'ms' && claim.id.endsWith('-hit') && hasValues(claim))
  if (shown.length === 0) return undefined
  const labels = payloads.map((payload) => payload.label)
  const ranges = shown.flatMap((claim) => claimRanges(claim, labels))
  const bands = shown.map((claim): Band => {
    const { low = 0, high = 0 } = claim.range ?? {}
    return { line: claim.claim, lowMs: low, highMs: high }
  })
  const title = 'Claimed and measured'
  return {
    heading: title,
    caption:
      'The band is what was claimed, the dots are the medians measured here. Logarithmic: each line is ten times the one before.',
    legend: labels.map((label, index) => [label, colour(index)]),
    svg: rangeChart({ title, lines: shown.map((claim) => claim.claim), ranges, bands, lineHeight: 64 }),
  }
}

function hasValues(claim: ClaimResult): boolean {
  return claim.findings.some((finding) => finding.value !== undefined)
}

function claimRanges(claim: ClaimResult, labels: readonly string[]): Range[] {
  return claim.findings.flatMap(({ payload, value }) =>
    value === undefined
      ? []
      : [{ line: claim.claim, ...point(value), ...look(labels.indexOf(payload), labels.length) }],
  )
}

function point(ms: number) {
  return { p50Ms: ms, p95Ms: ms, p99Ms: ms }
}

/** How a hit grows with the payload, in every contestant. */
export function hitsChart({ rows, payloads }: Results): PageChart {
  const hits = rows.filter((row) => / hit( |$)/.test(row.operation))
  const labels = payloads.map((payload) => payload.label)
  const lines = [...new Set(hits.map(lineOf))]
  const ranges = hits.map(
    (row): Range => ({ line: lineOf(row), ...times(row), ...look(labels.indexOf(row.payload), labels.length) }),
  )
  const title = 'A hit, by size of the payload'
  return {
    heading: title,
    caption: 'Dot and number: p50, tick: p95, end of the line: p99.',
    legend: labels.map((label, index) => [label, colour(index)]),
    svg: rangeChart({ title, lines, ranges, lineHeight: 18 + 16 * labels.length }),
  }
}

/** Every operation of every contestant on one payload. */
export function payloadChart({ rows }: Results, label: string): PageChart {
  const own = rows.filter((row) => row.payload === label)
  const contestants = [...new Set(own.map((row) => row.contestant))]
  const ranges = own.map(
    (row): Range => ({ line: lineOf(row), ...times(row), ...look(contestants.indexOf(row.contestant), 1) }),
  )
  return {
    heading: `Payload ${label}`,
    caption: 'Dot and number: p50, tick: p95, end of the line: p99.',
    legend: [],
    svg: rangeChart({ title: `All operations at ${label}`, lines: own.map(lineOf), ranges, lineHeight: 26 }),
  }
}

function lineOf(row: Row): string {
  return `${row.contestant}: ${row.operation}`
}

function times({ p50Ms, p95Ms, p99Ms }: Row) {
  return { p50Ms, p95Ms, p99Ms }
}

function look(index: number, lanes: number): Pick<Range, 'colour' | 'lane'> {
  return { colour: colour(index), lane: [lanes === 1 ? 0 : index, lanes] }
}

const COLOURS = 6

function colour(index: number): string {
  return `var(--c${index % COLOURS})`
}
