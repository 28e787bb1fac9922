import { setTimeout as sleep } from 'node:timers/promises'
import { cpuSince, type Sample, type SamplePlan } from './sample.ts'
import type { MakeOne } from './subject.ts'

/** Of the time to look, as much again first: the garbage collector finishes what making the breakers has begun. */
const SETTLE = 0.4

/** Makes many breakers, weighs them, then leaves them alone and looks at the CPU time of the process. */
export async function sampleIdle(make: MakeOne, count: number, plan: SamplePlan): Promise<Sample> {
  const kept: unknown[] = new Array(count).fill(undefined)
  // The first of them load and compile what is not part of a breaker.
  for (let spare = 0; spare < 100; spare++) await make()
  const heldBefore = heldBytes()
  for (let made = 0; made < count; made++) kept[made] = await make()
  const bytes = (heldBytes() - heldBefore) / count
  await sleep(plan.idleMs * SETTLE)
  const cpuNs = await idleCpu(plan.idleMs)
  return { cpuNs, bytes: Math.max(0, bytes), sum: kept.length }
}

async function idleCpu(idleMs: number): Promise<number> {
  const before = process.cpuUsage()
  const begin = performance.now()
  await sleep(idleMs)
  return (cpuSince(before) * 1e6) / (performance.now() - begin)
}

function heldBytes(): number {
  if (globalThis.gc === undefined) throw new Error('run Node with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
