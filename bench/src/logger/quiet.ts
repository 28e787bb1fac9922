import { setTimeout as sleep } from 'node:timers/promises'

const SLICE_MS = 20
/** A process that takes less of a slice than this does nothing any more. */
const BUSY = 0.05
const QUIET_SLICES = 2
/** What a contestant has left to do after so long is its own affair: its lines are missed then. */
const LIMIT_MS = 20_000

/** Waits until nothing in this process works any more, in no thread: what was queued is written. */
export async function quiet(): Promise<void> {
  const until = performance.now() + LIMIT_MS
  for (let still = 0; still < QUIET_SLICES && performance.now() < until; ) {
    const before = process.cpuUsage()
    await sleep(SLICE_MS)
    const { user, system } = process.cpuUsage(before)
    still = user + system < SLICE_MS * 1000 * BUSY ? still + 1 : 0
  }
}
