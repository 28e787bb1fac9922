import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { costOf } from '../contest/cost.ts'
import type { Sample, SamplePlan } from './sample.ts'
import type { Place, Store } from './store.ts'

/** Sets that are under way at once. */
const AT_ONCE = 100

/** The values by their number, each of its own. */
export type Values = (number: number) => Uint8Array

/** Stores a value under every key. */
export async function fill(store: Store, keys: readonly string[], values: Values): Promise<void> {
  for (let at = 0; at < keys.length; at += AT_ONCE)
    await setAll(store, pairsOf(keys.slice(at, at + AT_ONCE), values, at))
}

/** Sets many at once, again and again over all keys, and checks that the last ones are there. */
export async function sampleSets(
  store: Store,
  keys: readonly string[],
  values: Values,
  plan: SamplePlan,
): Promise<Sample> {
  const watch = { cpuNs: 0, wallNs: 0 }
  let [sets, measured] = [0, 0]
  const round = async (): Promise<void> => {
    const at = sets % keys.length
    // Made before the clock runs.
    const pairs = pairsOf(keys.slice(at, at + AT_ONCE), values, sets)
    const [cpuBefore, begin] = [process.cpuUsage(), performance.now()]
    await setAll(store, pairs)
    const { cpuNs, wallNs } = costOf(cpuBefore, performance.now() - begin, 1)
    watch.cpuNs += cpuNs
    watch.wallNs += wallNs
    sets += AT_ONCE
    measured += AT_ONCE
    last = pairs
  }
  let last: readonly Pair[] = []
  for (const until = performance.now() + plan.warmUpMs; performance.now() < until; ) await round()
  Object.assign(watch, { cpuNs: 0, wallNs: 0 })
  measured = 0
  do await round()
  while (watch.wallNs < plan.measureMs * 1e6)
  for (const [key, value] of last) {
    const found = await store.get(key)
    if (found === undefined || !Buffer.from(found).equals(value)) throw new Error('a set was done and is not there')
  }
  return { cpuNs: watch.cpuNs / measured, wallNs: watch.wallNs / measured }
}

/** What lies on the disk once everything is stored and the store is closed. */
export async function sampleBytes(
  store: Store,
  keys: readonly string[],
  values: Values,
  place: Place,
): Promise<Sample> {
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  await fill(store, keys, values)
  await store.close()
  const cost = costOf(cpuBefore, performance.now() - begin, keys.length)
  return { ...cost, diskPerByte: blocksBelow(place.directory) / (keys.length * values(0).length) }
}

/** Writes many times the bound and looks at the files after each batch. */
export async function sampleBound(
  store: Store,
  keys: readonly string[],
  values: Values,
  { directory, maxBytes, segmentBytes }: Place,
): Promise<Sample> {
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  let [most, sets] = [0, 0]
  while (sets * values(0).length < TIMES_BOUND * maxBytes) {
    const batch = Array.from({ length: AT_ONCE }, (_, index) => `${keys[(sets + index) % keys.length]}-${sets}`)
    await setAll(store, pairsOf(batch, values, sets))
    sets += AT_ONCE
    most = Math.max(most, bytesBelow(directory))
  }
  const cost = costOf(cpuBefore, performance.now() - begin, sets)
  return { ...cost, beyond: Math.max(0, (most - maxBytes) / segmentBytes) }
}

const TIMES_BOUND = 6
const BLOCK_BYTES = 512

type Pair = readonly [string, Uint8Array]

function pairsOf(keys: readonly string[], values: Values, first: number): Pair[] {
  return keys.map((key, index) => [key, values(first + index)])
}

async function setAll(store: Store, pairs: readonly Pair[]): Promise<void> {
  await Promise.all(pairs.map(([key, value]) => store.set(key, value)))
}

/** What the disk gives for it, whole blocks and directories included. */
function blocksBelow(directory: string): number {
  return sumBelow(directory, (stats) => stats.blocks * BLOCK_BYTES)
}

function bytesBelow(directory: string): number {
  return sumBelow(directory, (stats) => (stats.isFile() ? stats.size : 0))
}

function sumBelow(path: string, of: (stats: Stats) => number): number {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return 0
  const below = stats.isDirectory() ? readdirSync(path) : []
  return below.reduce((sum, name) => sum + sumBelow(join(path, name), of), of(stats))
}
