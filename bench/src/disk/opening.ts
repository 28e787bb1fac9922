import type { Sample } from './sample.ts'
import type { Place, Store, Subjects } from './store.ts'
import { fill, type Values } from './writes.ts'

/** Fills a store, closes it, and opens it again: CPU time and the time by the clock of that, and what it holds for each entry. */
export async function sampleOpening(
  open: Subjects['store'],
  first: Store,
  keys: readonly string[],
  values: Values,
  place: Place,
): Promise<Sample> {
  await fill(first, keys, values)
  await first.close()
  const held = heldBytes()
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  const store = await open(place)
  const wallMs = performance.now() - begin
  const { user, system } = process.cpuUsage(cpuBefore)
  const indexBytes = (heldBytes() - held) / keys.length
  for (const key of [keys[0], keys.at(-1)]) {
    if ((await store.get(key as string))?.length !== values(0).length) throw new Error('a key is gone after opening')
  }
  await store.close()
  return { cpuNs: (user + system) * 1000, wallNs: wallMs * 1e6, indexBytes }
}

function heldBytes(): number {
  if (globalThis.gc === undefined) throw new Error('run Node with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
