import { about, type ClaimedRange, judge, type Verdict } from '../../../bench/src/claims/claim.ts'
import { formatCount, formatMs, formatPercent, formatTimes } from '../../../bench/src/report/format.ts'
import { formatSize } from '../../../bench/src/size.ts'
import type { Comparison } from './comparison.ts'
import type { Figures } from './measure.ts'
import { LENGTHS, type Length } from './recordings.ts'

/** What became of one claim with recordings of one length. */
export interface Finding {
  readonly length: Length
  /** In the unit of the claim: times, or bytes. */
  readonly value: number
  readonly measured: string
  readonly verdict: Verdict
  /** One line: the figures behind it, and what bounds them. */
  readonly reason: string
}

export interface JudgedClaim {
  readonly claim: string
  readonly findings: readonly Finding[]
}

interface Claim {
  readonly claim: string
  readonly range: ClaimedRange
  /** `before`: with the disk alone; `after`: with all tiers; `bound`: without any look-up. */
  readonly value: (before: Figures, after: Figures) => number
  readonly reason: (before: Figures, after: Figures, bound: Figures) => string
}

const MB = 1_000_000

const CLAIMS: readonly Claim[] = [
  {
    claim: 'The second request for a recording is answered 10 to 50 times faster',
    range: { low: 10, high: 50, better: 'higher' },
    value: (before, after) => before.secondMs / after.secondMs,
    reason: (before, after, bound) =>
      `${formatMs(before.secondMs)} became ${formatMs(after.secondMs)}; without any look-up, the upload alone, it is ${formatMs(bound.secondMs)}`,
  },
  {
    claim: 'The same for the look-up alone, without the upload',
    range: { low: 10, high: 50, better: 'higher' },
    value: (before, after) => before.lookupMs / after.lookupMs,
    reason: (before, after) =>
      `${formatMs(before.lookupMs)} to read it from the disk became ${formatMs(after.lookupMs)}, in a request of ${formatMs(after.secondMs)}`,
  },
  {
    claim: '5 to 10 times the requests per second',
    range: { low: 5, high: 10, better: 'higher' },
    value: (before, after) => after.requestsPerSecond / before.requestsPerSecond,
    reason: (before, after, bound) =>
      `${formatCount(before.requestsPerSecond)} became ${formatCount(after.requestsPerSecond)}; without any look-up it is ${formatCount(bound.requestsPerSecond)}`,
  },
  {
    claim: '2 to 3 times less CPU at 50 requests per second',
    range: { low: 2, high: 3, better: 'higher' },
    value: (before, after) => before.steadyCpu / after.steadyCpu,
    reason: (before, after, bound) =>
      `${percent(before)} of a core became ${percent(after)}; without any look-up it is ${percent(bound)}`,
  },
]

/** All claims with a verdict each; `entries` is how many recordings the cache held. */
export function judgeClaims(comparison: Comparison, entries: number): readonly JudgedClaim[] {
  const judged = CLAIMS.map((claim) => ({
    claim: claim.claim,
    findings: LENGTHS.map((length) => finding(claim, length, comparison)),
  }))
  return [...judged, memoryClaim(comparison, entries)]
}

function finding({ range, value, reason }: Claim, length: Length, comparison: Comparison): Finding {
  const [before, after, bound] = (['disk only', 'all tiers', 'no look-up'] as const).map(
    (variant) => comparison[variant].figures[length],
  ) as [Figures, Figures, Figures]
  const measured = value(before, after)
  return {
    length,
    value: measured,
    measured: formatTimes(measured),
    verdict: judge(measured, range),
    reason: reason(before, after, bound),
  }
}

/** A price and no gain: less than it is better. The same for both lengths, since the cache holds recordings of both. */
function memoryClaim(comparison: Comparison, entries: number): JudgedClaim {
  const [before, after] = [comparison['disk only'].rssBytes, comparison['all tiers'].rssBytes]
  const value = after - before
  const size = Math.max(...LENGTHS.map((length) => comparison['all tiers'].figures[length].answerBytes))
  const shared = {
    value,
    measured: `${value < 0 ? '-' : '+'}${Math.round(Math.abs(value) / MB)} MB`,
    verdict: judge(value, about(100 * MB, 'lower')),
    reason: `${Math.round(before / MB)} MB became ${Math.round(after / MB)} MB with ${entries} analyses of at most ${formatSize(size)}`,
  }
  return { claim: '+100 MB memory', findings: LENGTHS.map((length) => ({ length, ...shared })) }
}

function percent({ steadyCpu }: Figures): string {
  return steadyCpu < 0.1 ? `${(steadyCpu * 100).toFixed(1)} %` : formatPercent(steadyCpu)
}
