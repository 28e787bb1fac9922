import { CHUNK } from './loops.ts'

/** How long one process measures. */
export interface SamplePlan {
  /** CPU time too: on a busy machine the clock runs on without the code getting warm. */
  readonly warmUpMs: number
  /** CPU time after which the measured part ends, where the calls can go on for ever. */
  readonly measureMs: number
  /** Of the sets and requests of a full run, where their number is fixed. */
  readonly share: number
}

/** What one process found. */
export interface Sample {
  /** CPU nanoseconds of the whole process for one operation, garbage collection included. */
  readonly cpuNs: number
  /** Of the requests of a replay. */
  readonly hitRate?: number
  /** Held by the whole process, keys and values included, after garbage collection. */
  readonly bytes?: number
  /** By how much that grew under a million sets. */
  readonly grownBytes?: number
  /** Longest single set by the clock while the store fills; and once it is full, where it has a bound. */
  readonly fillPauseMs?: number
  readonly evictPauseMs?: number
  /** Made of what was read: the proof that it was. */
  readonly sink: number
}

/** Runs one chunk of operations. */
export type Chunk = () => Promise<void> | void

/** CPU nanoseconds of one operation: chunks until the code is warm, then chunks until enough CPU time has gone. */
export async function costOf(chunk: Chunk, { warmUpMs, measureMs }: SamplePlan): Promise<number> {
  const started = process.cpuUsage()
  do await chunk()
  while (cpuSince(started) < warmUpMs * 1000)
  collectGarbage()
  const before = process.cpuUsage()
  let done = 0
  let cpuUs = 0
  do {
    await chunk()
    done += CHUNK
    cpuUs = cpuSince(before)
  } while (cpuUs < measureMs * 1000)
  return (cpuUs * 1000) / done
}

/** CPU nanoseconds of one operation, over so many chunks after others that warm up. */
export async function costOfMany(chunk: Chunk, warmUps: number, measured: number): Promise<number> {
  for (let done = 0; done < warmUps; done++) await chunk()
  collectGarbage()
  const before = process.cpuUsage()
  for (let done = 0; done < measured; done++) await chunk()
  return (cpuSince(before) * 1000) / (measured * CHUNK)
}

/** CPU microseconds of the whole process since `before`. */
export function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** What the process holds, after garbage collection. `external` has the bytes of typed arrays in it. */
export function heldBytes(): number {
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What setting up and warming up left over is not part of what follows. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('run Node with --expose-gc')
  globalThis.gc()
}
