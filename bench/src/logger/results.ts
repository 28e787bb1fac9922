import type { GoalResult } from '../contest/goal.ts'
import type { Machine } from '../machine.ts'
import type { Cell, PackageFacts } from './cell.ts'
import type { Losses } from './losses/losses.ts'

/** All that a run of the suite found; what `bench/results/logger-latest.json` holds. */
export interface LoggerResults {
  readonly format: 1
  readonly suite: 'logger'
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly tookMs: number
  readonly quick: boolean
  /** Fresh processes for each contestant in each case. */
  readonly processes: number
  readonly machine: Machine
  readonly cells: readonly Cell[]
  readonly package: PackageFacts
  readonly losses: Losses
  readonly goals: readonly GoalResult[]
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}
