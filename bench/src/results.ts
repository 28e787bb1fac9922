import type { ClaimResult } from './claims/claim.ts'
import type { PayloadOrigin } from './payload.ts'
import type { RunResults } from './run-results.ts'

/** One line of measurements: what one contestant needs for one operation on one payload. */
export interface Row {
  /** Label of the payload, such as `10 KiB`. */
  readonly payload: string
  readonly contestant: string
  readonly operation: string
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** Of one caller who waits for each answer. */
  readonly opsPerSecond: number
  readonly samples: number
  /** Operations in one sample; a sample's time is divided by it. */
  readonly batch: number
  /** (max - min) / median over the medians of the rounds. */
  readonly spread: number
}

/** A payload as the reports name it. */
export interface PayloadFacts {
  readonly label: string
  readonly bytes: number
  readonly origin: PayloadOrigin
  /** What JSON.parse alone takes for it: the floor of every tier that stores text. */
  readonly parseMs: number
}

/** All that a run of the bench found; what `bench/results/latest.json` holds. */
export interface Results extends RunResults<'tiers'> {
  readonly rounds: number
  readonly payloads: readonly PayloadFacts[]
  readonly rows: readonly Row[]
  readonly claims: readonly ClaimResult[]
}
