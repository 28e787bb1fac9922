import type { JudgedResults } from '../contest/results.ts'
import type { Found } from './measure-cells.ts'

/** All that a run of the suite found; what `bench/results/hit-ratio-latest.json` holds. */
export interface HitRatioResults extends JudgedResults<'hit-ratio'>, Found {
  /** Whether the traces were recorded or made for the run. */
  readonly recorded: boolean
}
