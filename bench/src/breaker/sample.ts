import { getHeapStatistics, type HeapInfo } from 'node:v8'

/** How long one process measures. */
export interface SamplePlan {
  readonly warmUpMs: number
  /** CPU time after which the measured part ends. */
  readonly measureMs: number
  readonly idleMs: number
}

/** What one process found. */
export interface Sample {
  /** CPU nanoseconds of the whole process for one call, garbage collection included; of idling: for one second. */
  readonly cpuNs: number
  /** Allocated by one call, or held by one idle breaker; `undefined` where this Node does not tell. */
  readonly bytes: number | undefined
  /** Sum of the answers: the proof that the calls were made. */
  readonly sum: number
}

/** Runs so many calls and answers the sum of their values. */
type Chunk = (calls: number) => Promise<number> | number

/** A chunk that is shorter than this is measured as much as its calls are. */
const CHUNK_MS = 5

/** Runs chunks until the code is warm, then measures chunks until enough CPU time has gone. */
export async function sampleCalls(run: Chunk, fixedCount: number | undefined, plan: SamplePlan): Promise<Sample> {
  const calls = await warmUp(run, fixedCount, plan.warmUpMs)
  const allocatedBefore = allocatedBytes()
  const before = process.cpuUsage()
  let done = 0
  let sum = 0
  let cpuUs = 0
  do {
    sum += await run(calls)
    done += calls
    cpuUs = cpuSince(before)
  } while (cpuUs < plan.measureMs * 1000)
  const allocated = allocatedBytes() - allocatedBefore
  return { cpuNs: (cpuUs * 1000) / done, bytes: Number.isNaN(allocated) ? undefined : allocated / done, sum }
}

/** Answers how many calls make a chunk. */
async function warmUp(run: Chunk, fixedCount: number | undefined, warmUpMs: number): Promise<number> {
  const until = performance.now() + warmUpMs
  let calls = fixedCount ?? 16
  while (true) {
    const begin = performance.now()
    await run(calls)
    const now = performance.now()
    const isLongEnough = fixedCount !== undefined || now - begin >= CHUNK_MS
    if (isLongEnough && now >= until) return calls
    if (!isLongEnough) calls *= 2
  }
}

/** CPU microseconds of the whole process since `before`. */
export function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** All bytes ever allocated on the heap; garbage collection does not lower it. NaN before Node 25. */
function allocatedBytes(): number {
  const statistics: HeapInfo & { readonly total_allocated_bytes?: number } = getHeapStatistics()
  return statistics.total_allocated_bytes ?? Number.NaN
}
