import type { Pairs } from './pairs.ts'
import type { Store, Value } from './store.ts'

// One loop for each kind of call, and one contestant in a process: the call in it is monomorphic, as it is in a program
// that uses one library. What a read gives is kept and sent to the parent, so that no compiler can drop it; it is not
// looked into, which would be a miss of the processor's cache that everybody pays alike.

/** So many operations lie between two looks at a clock. */
export const CHUNK = 4096

/** What the reads of a process came to. */
export interface Tally {
  reads: number
  misses: number
  last: Value | undefined
}

/** Reads one chunk of a sequence. */
export function readLoop(store: Store, { keys }: Pairs, from: number, tally: Tally): void {
  let { misses, last } = tally
  for (let at = from; at < from + CHUNK; at++) {
    const value = store.get(keys[at] as string)
    if (value === undefined) misses++
    else last = value
  }
  keep(tally, misses, last)
}

/** The same, one awaited read after another. */
export async function awaitedLoop(
  store: Store<Promise<Value | undefined>>,
  { keys }: Pairs,
  from: number,
  tally: Tally,
): Promise<void> {
  let { misses, last } = tally
  for (let at = from; at < from + CHUNK; at++) {
    const value = await store.get(keys[at] as string)
    if (value === undefined) misses++
    else last = value
  }
  keep(tally, misses, last)
}

/** Sets one chunk of a sequence. */
export function setLoop(store: Store, { keys, values }: Pairs, from: number): void {
  for (let at = from; at < from + CHUNK; at++) store.set(keys[at] as string, values[at] as Value)
}

/** Reads one chunk of a sequence, and sets what is missing: the loader takes no time. */
export function readThroughLoop(store: Store, { keys, values }: Pairs, from: number, tally: Tally): void {
  let { misses, last } = tally
  for (let at = from; at < from + CHUNK; at++) {
    const key = keys[at] as string
    const value = store.get(key)
    if (value === undefined) {
      misses++
      store.set(key, values[at] as Value)
    } else last = value
  }
  keep(tally, misses, last)
}

function keep(tally: Tally, misses: number, last: Value | undefined): void {
  tally.reads += CHUNK
  tally.misses = misses
  tally.last = last
}
