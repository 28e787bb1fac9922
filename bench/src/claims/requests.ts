import { setTimeout as pause } from 'node:timers/promises'
import { memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import type { Ground } from '../contestants/contestant.ts'
import { openDiskTier } from '../contestants/disk.ts'
import { median } from '../percentile.ts'

const KEY = 'analysis:same'

/** What equal requests, one after another, cost a service. */
export interface RequestRun {
  readonly totalMs: number
  /** Middle of the requests that a tier answered. */
  readonly hitMs: number
  readonly loads: number
}

/** How the requests are made. */
export interface RequestPlan {
  readonly ground: Ground
  /** Tells the files of this scenario from those of others. */
  readonly name: string
  readonly withMemory: boolean
  readonly count: number
  /** How long the analysis takes. */
  readonly loadMs: number
}

/**
 * Makes `count` equal requests through a cache over disk, with or without memory above it. The first one runs the
 * analysis; the second begins when its result is stored, as it would for a user who comes back later.
 */
export async function runRequests(plan: RequestPlan): Promise<RequestRun> {
  const disk = openDiskTier(`${plan.name}-${plan.withMemory ? 'memory' : 'disk'}`, plan.ground)
  const tiers: Tier[] = plan.withMemory ? [memoryTier(), disk] : [disk]
  const cache = new TieredCache({ tiers, name: plan.name })
  await cache.ready()
  const begin = performance.now()
  await request(cache, plan)
  await cache.idle()
  const hits: number[] = []
  for (let made = 1; made < plan.count; made++) hits.push(await timed(() => request(cache, plan)))
  const totalMs = performance.now() - begin
  const { loads } = cache.stats()
  await cache.close()
  return { totalMs, hitMs: median(hits), loads }
}

function request(cache: TieredCache, { ground, loadMs }: RequestPlan): Promise<unknown> {
  return cache.getOrSet(KEY, async () => {
    await pause(loadMs)
    return ground.payload.value
  })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}
