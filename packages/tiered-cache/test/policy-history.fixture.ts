import type { Random } from '@org/testkit'
import type { DrivenBounds, PolicyDriver } from './policy-driver.fixture.ts'

/** What a random history is made of. */
export interface HistoryPlan {
  readonly bounds: DrivenBounds
  readonly steps: number
  /** A weight is one of these. */
  readonly weights: readonly number[]
  /** The invariants are checked after each so many steps. Default 1. */
  readonly checkEvery?: number
  /** Of all steps, so many change the bounds or clear. Default 0.002. */
  readonly upheaval?: number
}

type Step = (driver: PolicyDriver, random: Random, plan: HistoryPlan) => void

/** How often each kind of step comes. */
const STEPS: readonly (readonly [share: number, step: Step])[] = [
  [60, askPopular],
  [8, askOneOfMany],
  [6, putPopular],
  [4, putAnew],
  [3, deleteOne],
  [2, storm],
  [2, scan],
  [1, hammer],
]

/** Plays a random history, in which each kind of step comes in runs as well as alone, and checks it. */
export function playHistory(driver: PolicyDriver, random: Random, plan: HistoryPlan): void {
  let step: Step = askPopular
  for (let at = 0; at < plan.steps; at++) {
    if (random.chance(0.3)) step = pickStep(random)
    if (random.chance(plan.upheaval ?? 0.002)) upheave(driver, random, plan)
    else step(driver, random, plan)
    if (at % (plan.checkEvery ?? 1) === 0) driver.check()
  }
  driver.check()
}

function pickStep(random: Random): Step {
  let left = random.next() * STEPS.reduce((sum, [share]) => sum + share, 0)
  for (const [share, step] of STEPS) {
    left -= share
    if (left < 0) return step
  }
  return askPopular
}

function askPopular(driver: PolicyDriver, random: Random, plan: HistoryPlan): void {
  driver.ask(popularKey(random, plan), random.pick(plan.weights))
}

function askOneOfMany(driver: PolicyDriver, random: Random, plan: HistoryPlan): void {
  driver.ask(`rare:${random.int(0, 1e6)}`, random.pick(plan.weights))
}

function putPopular(driver: PolicyDriver, random: Random, plan: HistoryPlan): void {
  driver.put(popularKey(random, plan), random.pick(plan.weights))
}

function putAnew(driver: PolicyDriver, random: Random, plan: HistoryPlan): void {
  const key = heldKey(driver, random)
  if (key !== undefined) driver.put(key, random.pick(plan.weights))
}

function deleteOne(driver: PolicyDriver, random: Random): void {
  const key = heldKey(driver, random)
  if (key !== undefined) driver.delete(key)
}

/** All that is held is used, or a part of it. */
function storm(driver: PolicyDriver, random: Random): void {
  const part = random.pick([0.1, 0.5, 1])
  for (const slot of driver.slots.values()) if (random.chance(part)) driver.policy.use(slot)
}

function scan(driver: PolicyDriver, random: Random, plan: HistoryPlan): void {
  const start = random.int(0, 1e6)
  for (let at = 0; at < 30; at++) driver.ask(`scan:${start + at}`, random.pick(plan.weights))
}

function hammer(driver: PolicyDriver, random: Random, plan: HistoryPlan): void {
  const key = popularKey(random, plan)
  for (let at = 0; at < 40; at++) driver.ask(key, random.pick(plan.weights))
}

function upheave(driver: PolicyDriver, random: Random, { bounds }: HistoryPlan): void {
  if (random.chance(0.2)) return driver.clear()
  const factor = random.pick([0.1, 0.4, 1, 1, 2.5])
  driver.resize({
    maxEntries: random.chance(0.1) ? Infinity : Math.max(1, Math.round(bounds.maxEntries * factor)),
    maxWeight: random.chance(0.1) ? Infinity : bounds.maxWeight * factor,
  })
}

/** Few keys are asked for often, as in a Zipf law. */
function popularKey(random: Random, { bounds }: HistoryPlan): string {
  const keys = 8 * Math.min(bounds.maxEntries, 500)
  return `key:${Math.floor(keys * random.next() ** 3)}`
}

function heldKey(driver: PolicyDriver, random: Random): string | undefined {
  if (driver.slots.size === 0) return undefined
  return [...driver.slots.keys()][random.int(0, driver.slots.size - 1)]
}
