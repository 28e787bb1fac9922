import { contestGaps } from '../contest/gaps.ts'
import { CASES } from './cases.ts'
import { CONTESTANTS } from './contestants.ts'
import type { BreakerResults } from './results.ts'

/** What sets these results apart from those of a full run. A cell without bytes leaves a goal about bytes open. */
export function breakerGaps(results: BreakerResults): string[] {
  return contestGaps(results, CASES, CONTESTANTS)
}
