import { contestGaps } from '../contest/gaps.ts'
import { CASES } from './cases.ts'
import { CONTESTANTS } from './contestants.ts'
import type { FreshnessResults } from './results.ts'

/** What sets these results apart from those of a full run. */
export function freshnessGaps(results: FreshnessResults): string[] {
  return contestGaps(results, CASES, CONTESTANTS)
}
