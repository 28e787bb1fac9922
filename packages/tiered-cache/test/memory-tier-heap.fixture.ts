import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { type MemoryPolicy, type MemoryTier, memoryTier } from '@org/tiered-cache'
import { type Entry, makeEntry } from '../src/entry.ts'
import { namespacePrefix } from '../src/key.ts'
import type { TierNamespace } from '../src/tiers/tier.ts'

/** One line of JSON: what a memory tier does to the heap. Arguments: what is asked, and the policy. */
const collect = (globalThis as { gc?: () => void }).gc as () => void
const NOW = 1_700_000_000_000
const BOUND = 10_000
const MILLION = 1_000_000
const PREFIX = namespacePrefix('users')
const STAMPS = ['a', 'b', 'c', 'd'].map((tag) => ({ tag, expire: 'e', delete: 'd', isCurrent: true }))

async function memory(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collect()
    await turn()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Keys of one length, lives of all lengths; a quarter are overwrites of what is likely there. */
function churn(tier: MemoryTier, from: number, sets: number): void {
  for (let at = from; at < from + sets; at++) {
    const key = `key ${MILLION + (at % 4 === 3 ? at - 1 : at)}`
    tier.set(key, makeEntry(at, NOW + at, 1 + (at % 97) * 1_000, at % 5, at % 3), NOW + at)
  }
}

/** How much more there is after a million sets. */
async function growth(tier: MemoryTier): Promise<number> {
  churn(tier, 0, 3 * BOUND)
  churn(tier, 3 * BOUND, 300_000 - 3 * BOUND)
  const before = await memory()
  churn(tier, 300_000, MILLION)
  return (await memory()) - before
}

function hit(tier: TierNamespace, keys: readonly string[], times: number, tags?: readonly string[]): number {
  let sum = 0
  for (let round = 0; round < times / keys.length; round++) {
    for (let at = 0; at < keys.length; at++) sum += tier.getFresh(keys[at]!, NOW, tags) as number
  }
  return sum
}

interface Kind {
  readonly prefix?: string
  readonly stamps?: Entry['stamps']
  readonly named?: readonly string[]
}

const garbageOfKinds =
  (...kinds: readonly Kind[]) =>
  async (tier: MemoryTier): Promise<readonly unknown[]> => {
    const found: unknown[] = []
    for (const kind of kinds) {
      tier.clear()
      found.push(await garbageOfHits(tier, kind))
    }
    return found
  }

/** What a million hits allocate, and how often they made the collector run. */
async function garbageOfHits(
  tier: MemoryTier,
  { prefix = '', stamps = [], named }: Kind,
): Promise<{ readonly bytes: number; readonly collections: number }> {
  const keys = Array.from({ length: 1_000 }, (_, at) => `key ${at}`)
  for (const [at, key] of keys.entries())
    tier.set(prefix + key, { ...makeEntry(at, NOW, 60_000 + at, at, 0), stamps }, NOW)
  const view = prefix === '' ? tier : tier.namespace(prefix)
  for (let round = 0; round < 20; round++) {
    hit(view, keys, 100_000, named)
    await turn()
  }
  const observer = new PerformanceObserver(() => {})
  observer.observe({ entryTypes: ['gc'] })
  const before = process.memoryUsage().heapUsed
  const sum = hit(view, keys, MILLION, named)
  const bytes = process.memoryUsage().heapUsed - before
  await turn()
  const collections = observer.takeRecords().length
  if (sum !== 499_500_000) throw new Error('unreachable: every read was a hit')
  return { bytes, collections }
}

/** How much more there is after many rounds of filling it and of all ways to empty it. */
async function growthOfRounds(tier: MemoryTier): Promise<number> {
  const rounds = (count: number): void => {
    for (let round = 0; round < count; round++) {
      tier.resize({ maxEntries: round % 3 === 0 ? 100 : 500 })
      churn(tier, round, 600)
      for (let at = round; at < round + 600; at += 7) tier.delete(`key ${MILLION + at}`)
      if (round % 2 === 0) tier.clear()
    }
  }
  rounds(500)
  tier.clear()
  const before = await memory()
  rounds(500)
  tier.clear()
  return (await memory()) - before
}

interface Footprint {
  /** Bytes for an entry beside its key and its value. */
  readonly inHeap: number
  /** Bytes for an entry in arrays of numbers. */
  readonly inArrays: number
}

/** How much more there is after so many namespaces of one entry each, which left by being deleted or evicted. */
async function growthOfNamespaces(tier: MemoryTier): Promise<number> {
  const round = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at++) {
      const prefix = namespacePrefix(`tenant ${MILLION + at}`)
      tier.set(`${prefix}key`, makeEntry(at, NOW, 60_000, 5, 0), NOW)
      if (tier.namespace(prefix).getFresh('key', NOW) !== at) throw new Error('unreachable: it was set')
      if (at % 2 === 0) tier.delete(`${prefix}key`)
      if (at % 1_000 === 0) await turn()
    }
    // Tables that are full, and of the same size each time.
    tier.clear()
  }
  await round(0, 50_000)
  const before = await memory()
  await round(50_000, 200_000)
  return (await memory()) - before
}

async function footprint(tier: MemoryTier, lifeOf: (at: number) => number, facts?: () => object): Promise<Footprint> {
  const keys = Array.from({ length: BOUND }, (_, at) => `key ${at}`)
  const values = keys.map((_, at) => ({ at }))
  await memory()
  const before = process.memoryUsage()
  for (const [at, key] of keys.entries())
    tier.set(key, { ...makeEntry(values[at], NOW + at, lifeOf(at), 5, 0), ...facts?.() }, NOW)
  await memory()
  const after = process.memoryUsage()
  if (tier.measure().entries !== values.length) throw new Error('unreachable: all fit')
  const perEntry = (kind: 'heapUsed' | 'arrayBuffers'): number => (after[kind] - before[kind]) / BOUND
  return { inHeap: perEntry('heapUsed'), inArrays: perEntry('arrayBuffers') }
}

const REMOVALS: Readonly<Record<string, (tier: MemoryTier, key: string, facts: object) => void>> = {
  overwritten: (tier, key) => tier.set(key, makeEntry(0, NOW, 60_000, 0, 0), NOW),
  'overwritten by one of its kind': (tier, key, facts) =>
    tier.set(key, { ...makeEntry(0, NOW, 60_000, 0, 0), ...facts }, NOW),
  deleted: (tier, key) => tier.delete(key),
  cleared: (tier) => tier.clear(),
  expired: (tier) => tier.set('another', makeEntry(0, NOW + 60_000, 60_000, 0, 0), NOW + 60_000),
  evicted: (tier) => {
    tier.resize({ maxEntries: 1 })
    churn(tier, 0, 10)
    tier.resize({ maxEntries: BOUND })
  },
}

/** The ways to leave after which the value or a stamp is still held. */
async function leaks(tier: MemoryTier): Promise<readonly string[]> {
  const found: string[] = []
  for (const [way, remove] of Object.entries(REMOVALS)) {
    for (const facts of [{}, { etag: 'e' }]) {
      const value = setOne(tier, facts)
      // So that it is not the last one.
      tier.set('stays', { ...makeEntry(0, NOW, 1e9, 0, 0), ...facts }, NOW)
      remove(tier, 'key', facts)
      await memory()
      if (value.deref() !== undefined) found.push(`${way} ${JSON.stringify(facts)}`)
    }
    const stamps = setTagged(tier)
    tier.set('stays', { ...makeEntry(0, NOW, 1e9, 0, 0), stamps: STAMPS }, NOW)
    remove(tier, 'key', {})
    await memory()
    for (const [at, stamp] of stamps.entries()) if (stamp.deref() !== undefined) found.push(`${way}: stamp ${at}`)
  }
  return found
}

/** Whether the original is held beside its copy. */
async function originals(tier: MemoryTier): Promise<readonly string[]> {
  const found: string[] = []
  for (const facts of [{}, { etag: 'e' }]) {
    const value = setOne(tier, facts)
    await memory()
    if (value.deref() !== undefined) found.push(JSON.stringify(facts))
  }
  return found
}

/** Stamps that nobody else has. */
function setTagged(tier: MemoryTier): readonly WeakRef<object>[] {
  const stamps = STAMPS.map((stamp) => ({ ...stamp }))
  tier.set('key', { ...makeEntry(0, NOW, 60_000, 0, 0), stamps }, NOW)
  return stamps.map((stamp) => new WeakRef(stamp))
}

function setOne(tier: MemoryTier, facts: object): WeakRef<object> {
  const value = { list: [1] }
  tier.set('key', { ...makeEntry(value, NOW, 60_000, 0, 0), ...facts }, NOW)
  return new WeakRef(value)
}

const QUESTIONS = {
  growth,
  growthOfRounds,
  garbageOfHits: garbageOfKinds({}),
  garbageOfTaggedHits: garbageOfKinds(
    ...[1, 2, 4].flatMap((count) => [
      { stamps: STAMPS.slice(0, count) },
      { stamps: STAMPS.slice(0, count), named: STAMPS.slice(0, count).map(({ tag }) => tag) },
    ]),
  ),
  garbageOfNamespacedHits: garbageOfKinds(
    { prefix: PREFIX },
    { prefix: PREFIX, stamps: STAMPS.slice(0, 1), named: ['a'] },
  ),
  growthOfNamespaces,
  footprint: (asked: MemoryTier) => footprint(asked, (at) => (at % 2 ? Infinity : 1_000 + at)),
  footprintOfEqualLives: (asked: MemoryTier) => footprint(asked, () => 60_000),
  footprintOfTagged: (asked: MemoryTier) =>
    footprint(
      asked,
      () => 60_000,
      () => ({ stamps: STAMPS.slice(0, 1) }),
    ),
  leaks,
  originals,
}

const [question, policy] = process.argv.slice(2) as [keyof typeof QUESTIONS, MemoryPolicy]
const tier = memoryTier({ maxEntries: BOUND, policy, seed: 1, ...(question === 'originals' && { copy: 'clone' }) })
process.stdout.write(JSON.stringify(await QUESTIONS[question](tier)))
