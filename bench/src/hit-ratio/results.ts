import type { GoalResult } from '../contest/goal.ts'
import type { Machine } from '../machine.ts'
import type { Found } from './measure-cells.ts'

/** All that a run of the suite found; what `bench/results/hit-ratio-latest.json` holds. */
export interface HitRatioResults extends Found {
  readonly format: 1
  readonly suite: 'hit-ratio'
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly tookMs: number
  readonly quick: boolean
  readonly machine: Machine
  /** Whether the traces were recorded or made for the run. */
  readonly recorded: boolean
  readonly goals: readonly GoalResult[]
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}
