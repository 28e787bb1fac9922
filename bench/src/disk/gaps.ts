import { contestGaps } from '../contest/gaps.ts'
import { CASES } from './cases.ts'
import { CONTESTANTS } from './contestants.ts'
import type { DiskResults } from './results.ts'

/** What sets these results apart from those of a full run. */
export function diskGaps(results: DiskResults): string[] {
  return contestGaps(results, CASES, CONTESTANTS)
}
