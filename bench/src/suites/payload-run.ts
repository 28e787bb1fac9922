import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TierKind } from '../arguments.ts'
import { runScenarios, type ScenarioFindings, SCENARIOS, skippedScenarios } from '../claims/run-claims.ts'
import type { Contestant, Ground, RedisPlace } from '../contestants/contestant.ts'
import { openDisk } from '../contestants/disk.ts'
import { openFilePerKey } from '../contestants/file-per-key.ts'
import { openKeyvFile } from '../contestants/keyv-file.ts'
import { openKeyvRedis } from '../contestants/keyv-redis.ts'
import { openMemory } from '../contestants/memory.ts'
import { openRedis } from '../contestants/redis.ts'
import { openStack } from '../contestants/stack.ts'
import { measure, type Plan, stepsOf } from '../measure.ts'
import type { Payload } from '../payload.ts'
import type { Progress } from '../progress.ts'
import type { PayloadFacts, Row } from '../results.ts'

/** What one payload is measured with. */
export interface PayloadPlan {
  readonly payload: Payload
  readonly tiers: readonly TierKind[]
  /** The folder of the whole run. */
  readonly folder: string
  /** `undefined` where Redis is not measured. */
  readonly redis: RedisPlace | undefined
  readonly plan: Plan
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** What was found for one payload. */
export interface PayloadRun {
  readonly facts: PayloadFacts
  readonly rows: readonly Row[]
  readonly scenarios: ScenarioFindings
  readonly warnings: readonly string[]
}

type Open = (ground: Ground) => Promise<Contestant>

const OPENERS: Readonly<Record<TierKind, readonly Open[]>> = {
  memory: [openMemory],
  redis: [openRedis, openKeyvRedis],
  disk: [openDisk, openKeyvFile, openFilePerKey],
}

/** Every contestant on one payload, then the scenarios of the claims; nothing of it is left behind. */
export async function measurePayload(asked: PayloadPlan): Promise<PayloadRun> {
  const { payload, redis } = asked
  const folder = join(asked.folder, String(payload.bytes))
  mkdirSync(folder)
  const ground: Ground = { payload, folder, redis }
  try {
    const { rows, warnings } = await measureContestants(ground, asked)
    return { facts: factsOf(payload), rows, scenarios: await scenariosOf(ground, asked), warnings }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureContestants(ground: Ground, { tiers, plan, progress, signal }: PayloadPlan) {
  const open: Contestant[] = []
  const warnings: string[] = []
  try {
    for (const opener of openersOf(tiers)) open.push(await opener(ground))
    const cells = open.flatMap((contestant) => contestant.cells)
    progress.part(ground.payload.label, stepsOf(cells.length, plan) + SCENARIOS)
    const rows = await measure(cells, plan, { payload: ground.payload.label, onStep: () => progress.step(), signal })
    return { rows, warnings }
  } finally {
    for (const contestant of open) warnings.push(...(await closed(contestant, ground.payload)))
  }
}

function openersOf(tiers: readonly TierKind[]): readonly Open[] {
  const alone = tiers.flatMap((kind) => OPENERS[kind])
  return tiers.length > 1 ? [...alone, (ground) => openStack(tiers, ground)] : alone
}

async function closed(contestant: Contestant, payload: Payload): Promise<string[]> {
  const faults = await contestant.close()
  if (faults.count === 0) return []
  return [`${faults.contestant}, ${payload.label}: ${faults.count} operations failed, so its rows mean little`]
}

function scenariosOf(ground: Ground, { tiers, progress, signal }: PayloadPlan): Promise<ScenarioFindings> {
  const missing = (['memory', 'disk'] as const).find((kind) => !tiers.includes(kind))
  if (missing === undefined) return runScenarios(ground, () => progress.step(), signal)
  return Promise.resolve(skippedScenarios(ground.payload.label, `${missing} was not part of this run`))
}

function factsOf(payload: Payload): PayloadFacts {
  const text = JSON.stringify(payload.value)
  const times: number[] = []
  for (let turn = 0; turn < 9; turn++) {
    const begin = performance.now()
    JSON.parse(text)
    times.push(performance.now() - begin)
  }
  // The least of them: it is shown as what no tier that stores text can go below.
  return { label: payload.label, bytes: payload.bytes, origin: payload.origin, parseMs: Math.min(...times) }
}
