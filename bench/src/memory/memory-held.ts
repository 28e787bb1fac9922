import { fill } from './fill.ts'
import { CHUNK } from './loops.ts'
import { keyOf, makePairs } from './pairs.ts'
import { cpuSince, heldBytes, type Sample } from './sample.ts'
import type { Store } from './store.ts'

/** What the process holds once the store is full. Keys and values are made outside of it, and are part of that. */
export async function sampleBytes(store: Store, entries: number): Promise<Sample> {
  const pairs = makePairs(entries)
  const before = process.cpuUsage()
  await fill(store, pairs)
  const cpuNs = (cpuSince(before) * 1000) / entries
  const bytes = heldBytes()
  // Asked afterwards, so that neither is collected before.
  return { cpuNs, bytes, sink: pairs.keys.length + (store.get(pairs.keys[0] as string)?.id ?? 0) }
}

const SETS = 1_000_000
/** So many times the bound before: by then every table has the size that it keeps. */
const TURNS_BEFORE = 10

/** By how much the process grows while a full store gets a million more keys. Nobody else keeps keys and values. */
export function sampleGrowth(store: Store, entries: number): Sample {
  const settled = entries * TURNS_BEFORE
  setFresh(store, 0, settled)
  const held = heldBytes()
  const before = process.cpuUsage()
  setFresh(store, settled, settled + SETS)
  const cpuNs = (cpuSince(before) * 1000) / SETS
  const bytes = heldBytes()
  const last = store.get(keyOf('user', settled + SETS - 1))
  return { cpuNs, bytes, grownBytes: bytes - held, sink: last?.id ?? 0 }
}

function setFresh(store: Store, from: number, to: number): void {
  for (let id = from; id < to; id++) {
    if (id % CHUNK === 0) store.tick?.()
    store.set(keyOf('user', id), { id })
  }
}
