import type { Ground } from '../contestants/contestant.ts'
import { formatMs } from '../report/format.ts'
import { type ClaimedRange, type ClaimResult, type Finding, judge } from './claim.ts'
import { runRequests } from './requests.ts'

const REQUESTS = 100
const RANGE: ClaimedRange = { low: 1_000, high: 5_000, better: 'lower' }

/** 100 equal requests answered from disk, and 100 answered from memory: the difference is what disk loses. */
export async function hundredRequests(ground: Ground): Promise<Finding> {
  const plan = { ground, name: 'hundred', count: REQUESTS + 1, loadMs: 0 }
  const disk = await runRequests({ ...plan, withMemory: false })
  const memory = await runRequests({ ...plan, withMemory: true })
  // By the median hit: the one load of each run, and its write, are no part of the claim.
  const lostMs = REQUESTS * (disk.hitMs - memory.hitMs)
  const verdict = judge(lostMs, RANGE)
  return {
    payload: ground.payload.label,
    value: lostMs,
    measured: formatMs(lostMs),
    verdict,
    reason: `each disk hit costs ${formatMs(disk.hitMs)}, each memory hit ${formatMs(memory.hitMs)}`,
  }
}

export function hundredRequestsClaim(findings: readonly Finding[]): ClaimResult {
  return {
    id: 'hundred-requests',
    claim: '100 equal requests lose 1 to 5 s on disk',
    claimed: '1 to 5 s',
    range: RANGE,
    unit: 'ms',
    findings,
    remark: undefined,
  }
}
