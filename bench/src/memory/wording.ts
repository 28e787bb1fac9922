import { formatBytes } from '../contest/wording.ts'
import { formatMs } from '../report/format.ts'
import type { CaseId } from './cases.ts'
import type { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'

/** A hit rate: `70.3 %`. */
export function formatHitRate(hitRate: number): string {
  return Number.isNaN(hitRate) ? '-' : `${(hitRate * 100).toFixed(1)} %`
}

/** Milliseconds of a pause; `-` where there was none to look at. */
export function formatPause(ms: number | undefined): string {
  return ms === undefined ? '-' : formatMs(ms)
}

/** Bytes of an entry: `54 B`. */
export function formatEntryBytes(bytes: number): string {
  return Number.isNaN(bytes) ? '-' : formatBytes(bytes)
}

/** What the heap has grown by: `0.03 MB`. */
export function formatGrowth(bytes: number): string {
  return Number.isNaN(bytes) ? '-' : `${(bytes / 1e6).toFixed(2)} MB`
}

/** From which cost of a miss on a store is ahead of another one: `always`, `a miss over 120 ns`, `a miss under 2.1 µs`. */
export function formatBreakEven(
  found: Findings,
  caseId: CaseId,
  contestant: ContestantId,
  other: ContestantId,
): string {
  if (contestant === other) return '-'
  const slower = found.cpuNs(caseId, contestant) - found.cpuNs(caseId, other)
  const hitsMore = found.hitRate(caseId, contestant) - found.hitRate(caseId, other)
  if (Number.isNaN(slower) || Number.isNaN(hitsMore)) return '-'
  if (slower <= 0 && hitsMore >= 0) return 'always'
  if (slower >= 0 && hitsMore <= 0) return 'never'
  const breakEven = formatMs(found.breakEvenNs(caseId, contestant, other) / 1e6)
  return hitsMore > 0 ? `a miss over ${breakEven}` : `a miss under ${breakEven}`
}
