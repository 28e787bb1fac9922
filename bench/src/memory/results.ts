import type { GoalResult } from '../contest/goal.ts'
import type { Machine } from '../machine.ts'
import type { Cell } from './cell.ts'

/** All that a run of the suite found; what `bench/results/memory-latest.json` holds. */
export interface MemoryResults {
  readonly format: 1
  readonly suite: 'memory'
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly tookMs: number
  readonly quick: boolean
  /** Fresh processes for each contestant in each case. */
  readonly processes: number
  readonly machine: Machine
  readonly cells: readonly Cell[]
  readonly goals: readonly GoalResult[]
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}
