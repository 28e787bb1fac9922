import type { RunResults } from '../run-results.ts'
import type { GoalResult } from './goal.ts'

/** Results of a suite whose goals are judged. */
export interface JudgedResults<Name extends string> extends RunResults<Name> {
  readonly goals: readonly GoalResult[]
}

/** Results of a contest: contestants measured case by case in fresh processes. */
export interface ContestResults<Name extends string, Cell> extends JudgedResults<Name> {
  /** Fresh processes for each contestant in each case. */
  readonly processes: number
  readonly cells: readonly Cell[]
}
