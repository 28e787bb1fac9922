import type { ContestResults } from '../contest/results.ts'
import type { Cell, PackageFacts } from './cell.ts'
import type { Losses } from './losses/losses.ts'

/** All that a run of the suite found; what `bench/results/logger-latest.json` holds. */
export interface LoggerResults extends ContestResults<'logger', Cell> {
  readonly package: PackageFacts
  readonly losses: Losses
}
