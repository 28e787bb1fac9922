import { DISK } from '../contestants/disk.ts'
import { MEMORY } from '../contestants/memory.ts'
import { REDIS } from '../contestants/redis.ts'
import { formatMs, formatTimes } from '../report/format.ts'
import type { PayloadFacts, Row } from '../results.ts'
import { about, type ClaimedRange, type ClaimResult, type Finding, judge, type Verdict } from './claim.ts'

/** A claim that the measured rows already decide. */
interface HitClaim extends Omit<ClaimResult, 'findings' | 'remark'> {
  readonly range: ClaimedRange
  /** The contestant whose median hit is measured. */
  readonly hit: string
  /** Where the claim is about a ratio: the contestant whose median hit it is divided by. */
  readonly against: string | undefined
  readonly reason: (verdict: Verdict, payload: PayloadFacts) => string
}

const MEMORY_REASON: Readonly<Record<Verdict, string>> = {
  better: 'a Map lookup that copies nothing, so the size of the value does not matter',
  holds: 'a Map lookup, on a slow or busy machine',
  'does not hold': 'more than a Map lookup should take: see the warnings',
  'not measured': '',
}

const CLAIMS: readonly HitClaim[] = [
  {
    id: 'memory-hit',
    claim: 'A memory hit takes 0.1 ms',
    claimed: '0.1 ms',
    range: about(0.1, 'lower'),
    unit: 'ms',
    hit: MEMORY,
    against: undefined,
    reason: (verdict) => MEMORY_REASON[verdict],
  },
  {
    id: 'redis-hit',
    claim: 'A Redis hit takes 1 to 5 ms',
    claimed: '1 to 5 ms',
    range: { low: 1, high: 5, better: 'lower' },
    unit: 'ms',
    hit: REDIS,
    against: undefined,
    reason: (verdict, payload) =>
      verdict === 'better'
        ? 'one round trip and little to decode; a network in between adds its own time'
        : `one round trip, and ${decoding(payload)}`,
  },
  {
    id: 'disk-hit',
    claim: 'A disk hit takes 10 to 50 ms',
    claimed: '10 to 50 ms',
    range: { low: 10, high: 50, better: 'lower' },
    unit: 'ms',
    hit: DISK,
    against: undefined,
    reason: (verdict, payload) =>
      verdict === 'better'
        ? 'one read, where the event loop stands, which the page cache of the system answers and not the disk'
        : `one read by a thread, and ${decoding(payload)}`,
  },
  {
    id: 'memory-against-disk',
    claim: 'For hot data memory is 50 to 500 times faster than disk',
    claimed: '50 to 500 x',
    range: { low: 50, high: 500, better: 'higher' },
    unit: 'times',
    hit: DISK,
    against: MEMORY,
    reason: againstDisk,
  },
  {
    id: 'disk-1000-times',
    claim: "'Disk is 1000 times slower than memory'",
    claimed: '1000 x',
    range: about(1000, 'higher'),
    unit: 'times',
    hit: DISK,
    against: MEMORY,
    reason: againstDisk,
  },
]

/** What a hit that is slow because of the value spends its time on. */
function decoding({ label, parseMs }: PayloadFacts): string {
  return `${label} to move and decode (JSON.parse alone: ${formatMs(parseMs)})`
}

function againstDisk(verdict: Verdict): string {
  if (verdict === 'does not hold') return 'a small record from the page cache comes back too quickly for that'
  if (verdict === 'holds')
    return 'reading, checking and decoding a record of this size against a lookup of one reference'
  return 'memory is further ahead: disk reads, checks and decodes the whole value, memory hands out a reference'
}

/** The claims about hits, judged by the medians of the measured rows. */
export function judgeHits(rows: readonly Row[], payloads: readonly PayloadFacts[]): ClaimResult[] {
  return CLAIMS.map((hitClaim) => {
    const { hit: _hit, against: _against, reason: _reason, ...claim } = hitClaim
    return { ...claim, findings: payloads.map((payload) => findingOf(hitClaim, rows, payload)), remark: undefined }
  })
}

function findingOf(claim: HitClaim, rows: readonly Row[], payload: PayloadFacts): Finding {
  const hitMs = hitOf(rows, claim.hit, payload.label)
  if (hitMs === undefined) return absent(payload, claim.hit)
  if (claim.against === undefined) return judged(claim, payload, hitMs, formatMs(hitMs))
  const againstMs = hitOf(rows, claim.against, payload.label)
  if (againstMs === undefined) return absent(payload, claim.against)
  return judged(claim, payload, hitMs / againstMs, formatTimes(hitMs / againstMs))
}

function judged(claim: HitClaim, payload: PayloadFacts, value: number, measured: string): Finding {
  const verdict = judge(value, claim.range)
  return { payload: payload.label, value, measured, verdict, reason: claim.reason(verdict, payload) }
}

function absent(payload: PayloadFacts, contestant: string): Finding {
  return notMeasured(payload.label, `${contestant} was not part of this run`)
}

/** What a claim finds where its tiers were not there. */
export function notMeasured(payload: string, reason: string): Finding {
  return { payload, value: undefined, measured: '-', verdict: 'not measured', reason }
}

function hitOf(rows: readonly Row[], contestant: string, payload: string): number | undefined {
  return rows.find((row) => row.contestant === contestant && row.operation === 'get hit' && row.payload === payload)
    ?.p50Ms
}
