import { collectGarbage, cpuSince, type SamplePlan } from '../memory/sample.ts'

/** What one process found. */
export interface Sample {
  /** CPU nanoseconds of the whole process for one operation, garbage collection included. */
  readonly cpuNs: number
  /** Nanoseconds by the clock, where a case is about them: the median. */
  readonly wallNs?: number
  /** Nanoseconds by the clock of the first read after an invalidation: the median. */
  readonly afterNs?: number
  /** Made of what was read: the proof that it was. */
  readonly sink: number
}

/** Sets up what is not measured, and answers what is. */
type Preparation = () => Promise<() => Promise<void>>

/** CPU nanoseconds of one of `units` that a run consists of; each run is prepared anew. */
export async function costOfPrepared(prepare: Preparation, units: number, plan: SamplePlan): Promise<number> {
  await runFor(prepare, plan.warmUpMs)
  const { cpuUs, runs } = await runFor(prepare, plan.measureMs)
  return (cpuUs * 1000) / (runs * units)
}

/** Runs until they have taken so much CPU time: preparations do not count. */
async function runFor(prepare: Preparation, cpuMs: number): Promise<{ cpuUs: number; runs: number }> {
  let [cpuUs, runs] = [0, 0]
  do {
    const run = await prepare()
    collectGarbage()
    const before = process.cpuUsage()
    await run()
    cpuUs += cpuSince(before)
    runs++
  } while (cpuUs < cpuMs * 1000)
  return { cpuUs, runs }
}

/** What `work` gives, and how long it took by the clock. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; wallNs: number }> {
  const begin = performance.now()
  const value = await work()
  return { value, wallNs: (performance.now() - begin) * 1e6 }
}
