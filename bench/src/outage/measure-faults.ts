import { setTimeout as pause } from 'node:timers/promises'
import { inParallel } from '../contest/in-parallel.ts'
import type { Progress } from '../progress.ts'
import { type Cell, isCalm, type Measure } from './cell.ts'
import { CONTESTANTS, type ContestantId } from './contestants.ts'
import { type FaultId, FAULTS } from './faults.ts'
import type { Scene } from './scene.ts'
import { sharedNow } from './shared-clock.ts'
import { watchStalls } from './stalls.ts'
import { TrafficProcess } from './traffic-process.ts'
import type { TrafficPlan } from './traffic.ts'

/** How long the parts of a run are, and who is put through what. */
export interface OutagePlan extends TrafficPlan {
  readonly warmUpMs: number
  readonly beforeMs: number
  readonly faultMs: number
  readonly afterMs: number
  /** Faults at the same time: more than one is quick, and disturbs. */
  readonly parallel: number
  /** How often one is measured at most, until the machine is calm. */
  readonly tries: number
  /** Faults that others are put through as well. */
  readonly compared: readonly FaultId[]
}

/** The faults that others are put through in a full run. */
export const COMPARED: readonly FaultId[] = ['kill', 'freeze']

type Part = readonly [fault: (typeof FAULTS)[number], contestant: ContestantId]

/** What was measured, and what could not be. */
export interface Measured {
  readonly cells: readonly Cell[]
  /** One line for each contestant and fault that could not be measured. */
  readonly faults: readonly string[]
}

/** Puts every contestant of the plan through the faults, each in a process of its own. */
export async function measureFaults(plan: OutagePlan, progress: Progress, signal: AbortSignal): Promise<Measured> {
  const parts = partsOf(plan.compared)
  const found: (Cell | string)[] = []
  progress.part('faults', parts.length)
  // The last one first: a Cluster takes longest to come and to go.
  await inParallel([...parts.entries()].toReversed(), plan.parallel, async ([at, part]) => {
    found[at] = await measureOrSay(part, plan, signal)
    progress.step()
  })
  return {
    cells: found.filter((each) => typeof each !== 'string'),
    faults: found.filter((each) => typeof each === 'string'),
  }
}

/** Every contestant with each fault that it is put through. */
export function partsOf(compared: readonly FaultId[]): Part[] {
  return FAULTS.flatMap((fault) =>
    (Object.keys(CONTESTANTS) as ContestantId[])
      .filter((contestant) => contestant === 'ours' || compared.includes(fault.id))
      .map((contestant): Part => [fault, contestant]),
  )
}

async function measureOrSay([fault, contestant]: Part, plan: OutagePlan, signal: AbortSignal): Promise<Cell | string> {
  try {
    return {
      fault: fault.id,
      contestant,
      ...(await calmest(plan.tries, () => measureFault([fault, contestant], plan, signal))),
    }
  } catch (error) {
    signal.throwIfAborted()
    return `${fault.title}, ${CONTESTANTS[contestant].label}: ${(error as Error).message}`
  }
}

/**
 * A machine that stands still for a moment makes all latencies long, and a cache with deadlines do without Redis for a second. Where
 * that happens it is measured again; of several, the calmest counts.
 */
async function calmest(tries: number, measure: () => Promise<Measure>): Promise<Measure> {
  const measures: Measure[] = []
  while (measures.length < tries && !measures.some(isCalm)) measures.push(await measure())
  return measures.find(isCalm) ?? (measures.toSorted((a, b) => a.stalledMs - b.stalledMs)[0] as Measure)
}

async function measureFault([{ open }, contestant]: Part, plan: OutagePlan, signal: AbortSignal): Promise<Measure> {
  const { rate, loadMs, warmUpMs, beforeMs, faultMs } = plan
  // What is held is read once each, also while a fault begins and ends.
  const held = Math.ceil((rate * (warmUpMs + beforeMs + faultMs + 2000)) / 1000)
  const scene = await open()
  let traffic: TrafficProcess | undefined
  try {
    traffic = await TrafficProcess.start({ contestant, address: scene.address, held, rate, loadMs }, signal)
    return await play(scene, traffic, plan, signal)
  } finally {
    await traffic?.kill()
    await scene.close()
  }
}

async function play(scene: Scene, traffic: TrafficProcess, plan: OutagePlan, signal: AbortSignal): Promise<Measure> {
  const wait = (ms: number): Promise<void> => pause(ms, undefined, { signal })
  await scene.prepare?.()
  await wait(plan.warmUpMs)
  const warmAt = sharedNow()
  const stalls = watchStalls()
  await wait(plan.beforeMs)
  const faultAt = sharedNow()
  if (scene.moveTo !== undefined) await traffic.moveTo(scene.moveTo)
  await scene.begin()
  await wait(plan.faultMs)
  const endingAt = sharedNow()
  const stalledMs = stalls.end()
  const backAt = await scene.end()
  await wait(plan.afterMs)
  return { ...(await traffic.finish({ warmAt, faultAt, endingAt, backAt })), stalledMs }
}
