import type { ContestResults } from '../contest/results.ts'
import type { Cell } from './cell.ts'

/** All that a run of the suite found; what `bench/results/freshness-latest.json` holds. */
export type FreshnessResults = ContestResults<'freshness', Cell>
