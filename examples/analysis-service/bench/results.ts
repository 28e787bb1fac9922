import type { Machine } from '../../../bench/src/machine.ts'
import type { JudgedClaim } from './claims.ts'
import type { Comparison } from './comparison.ts'
import type { Length } from './recordings.ts'

/** All that a run found; what `bench/results/service-latest.json` holds. */
export interface ServiceResults {
  readonly format: 1
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly tookMs: number
  readonly quick: boolean
  readonly rounds: number
  readonly machine: Machine
  readonly uploadBytes: Readonly<Record<Length, number>>
  readonly entries: number
  readonly comparison: Comparison
  readonly claims: readonly JudgedClaim[]
  /** What makes these numbers less sure than they look. */
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}
