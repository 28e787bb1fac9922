import type { AsyncCall, SyncCall } from './subject.ts'
import { FAILURE } from './work.ts'

// One loop for each kind, and one contestant in a process: the call in it is monomorphic, as it is in a program that uses
// one library. The sums are sent to the parent, so that no compiler can drop the calls.

/** Calls one after another; a rejection with anything but the error of the work ends it. */
export async function awaitedLoop(call: AsyncCall, calls: number): Promise<number> {
  let sum = 0
  for (let done = 0; done < calls; done++) {
    try {
      sum += await call()
    } catch (error) {
      if (error !== FAILURE) throw error
    }
  }
  return sum
}

/** Calls that answer at once. */
export function syncLoop(call: SyncCall, calls: number): number {
  let sum = 0
  for (let done = 0; done < calls; done++) sum += call()
  return sum
}

/** Calls that are all begun before the first one is awaited. */
export async function burstLoop(call: AsyncCall, calls: number): Promise<number> {
  const pending: Promise<number>[] = []
  for (let begun = 0; begun < calls; begun++) pending.push(call())
  const values = await Promise.all(pending)
  return values.reduce((sum, value) => sum + value, 0)
}
