import type { JudgedResults } from '../contest/results.ts'
import type { Cell } from './cell.ts'

/** All that a run of the suite found; what `bench/results/outage-latest.json` holds. */
export interface OutageResults extends JudgedResults<'outage'> {
  /** How long each fault lasted, at least. */
  readonly faultMs: number
  readonly cells: readonly Cell[]
}
