import type { Ground } from '../contestants/contestant.ts'
import type { PayloadFacts, Row } from '../results.ts'
import type { ClaimResult, Finding } from './claim.ts'
import { judgeHits, notMeasured } from './hits.ts'
import { hundredRequests, hundredRequestsClaim } from './hundred-requests.ts'
import { restart, restartClaim } from './restart.ts'
import { type TenFindings, tenRequests, tenRequestsClaims } from './ten-requests.ts'

/** Steps that the scenarios of one payload report. */
export const SCENARIOS = 3

/** What the scenarios that run on their own found for one payload. */
export interface ScenarioFindings {
  readonly hundred: Finding
  readonly ten: TenFindings
  readonly restart: Finding
}

/** Runs the scenarios on one payload; `onStep` is told after each, `signal` stops them between two. */
export async function runScenarios(ground: Ground, onStep: () => void, signal: AbortSignal): Promise<ScenarioFindings> {
  const step = async <T>(scenario: (ground: Ground) => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    const found = await scenario(ground)
    onStep()
    return found
  }
  return { hundred: await step(hundredRequests), ten: await step(tenRequests), restart: await step(restart) }
}

/** The same findings where the tiers that the scenarios need were not there. */
export function skippedScenarios(payload: string, reason: string): ScenarioFindings {
  const finding = notMeasured(payload, reason)
  return { hundred: finding, ten: { disk: finding, memory: finding, saved: finding }, restart: finding }
}

/** All claims in the order they are told, each with its verdict for each payload. */
export function judgeClaims(
  rows: readonly Row[],
  payloads: readonly PayloadFacts[],
  scenarios: readonly ScenarioFindings[],
): ClaimResult[] {
  return [
    ...judgeHits(rows, payloads),
    hundredRequestsClaim(scenarios.map((scenario) => scenario.hundred)),
    ...tenRequestsClaims(scenarios.map((scenario) => scenario.ten)),
    restartClaim(scenarios.map((scenario) => scenario.restart)),
  ]
}
