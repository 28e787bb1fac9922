import type { CopyMode, MemoryPolicy, MemoryResize, MemoryTierOptions } from '@org/tiered-cache'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { namespacePrefix } from '../src/key.ts'
import { CheckedMemoryTier } from './checked-memory-tier.fixture.ts'
import { LiveTags } from './live-tags.fixture.ts'
import { randomEntries, weightOf } from './random-entries.fixture.ts'

const SEED = testSeed()
/** Of the keys, the same in each namespace. */
const PREFIXES = ['', namespacePrefix('a'), namespacePrefix('b')]
const POLICIES: readonly MemoryPolicy[] = ['tinylfu', 'lru', 'sieve']
const COPY_MODES: readonly CopyMode[] = ['reference', 'freeze', 'clone']
const BOUNDS: readonly MemoryTierOptions[] = [
  { maxEntries: 8 },
  { maxBytes: 3_000 },
  { maxWeight: 20, weigh: weightOf },
  { maxWeight: Infinity, weigh: weightOf, maxEntries: 12 },
  { maxEntries: 8, maxWeight: 20, weigh: weightOf },
  { maxEntries: 8, maxBytes: 3_000 },
]

interface History {
  readonly random: Random
  readonly steps: number
  readonly keys: number
  /** Everything is compared after so many steps. */
  readonly verifyEvery: number
}

/** Random operations while time moves on, stands still, leaps and steps back. */
function run(checked: CheckedMemoryTier, options: MemoryTierOptions, history: History): void {
  const { random, steps, keys, verifyEvery } = history
  const tags = new LiveTags()
  const makeEntry = randomEntries(random, tags)
  let now = 1_700_000_000_000
  for (let step = 1; step <= steps; step++) {
    now += random.pick([0, 0, 0, 0, 0, 1, 3, 0.5, -2])
    if (random.chance(0.01)) now += random.pick([100, 10_000, 3_600_000, -1_000])
    const key = random.pick(PREFIXES) + `key ${random.int(1, keys / PREFIXES.length)}`
    operate(checked, random, key, now, makeEntry, tags)
    if (random.chance(0.02)) tags.drop(random)
    if (random.chance(0.01)) checked.resize(randomBounds(random, options))
    if (step % verifyEvery === 0) checked.verify()
    if (random.chance(0.02)) checked.verifyHottest()
  }
  checked.verify()
}

function operate(
  checked: CheckedMemoryTier,
  random: Random,
  key: string,
  now: number,
  makeEntry: ReturnType<typeof randomEntries>,
  tags: LiveTags,
): void {
  const told = random.chance(0.8) ? now : undefined
  const chance = random.next()
  if (chance < 0.4) checked.set(key, makeEntry(now), told)
  else if (chance < 0.65) getFresh(checked, random, someKey(checked, random) ?? key, now, tags)
  else if (chance < 0.85) checked.get(key, told)
  else if (chance < 0.9) checked.peek(key)
  else if (chance < 0.995)
    checked.delete(someKey(checked, random) ?? key, random.pick([undefined, 'deleted', 'invalidated']))
  else checked.clear()
}

/** Naming the tags of the entry, others, or none. */
function getFresh(checked: CheckedMemoryTier, random: Random, key: string, now: number, tags: LiveTags): void {
  const own = checked.held.get(key)?.stamps.map(({ tag }) => tag) ?? []
  checked.getFresh(key, now, random.pick([undefined, undefined, own, own.slice(1), tags.names(random)]))
}

/** One that is there, every other time. */
function someKey({ held }: CheckedMemoryTier, random: Random): string | undefined {
  return held.size > 0 && random.chance(0.5) ? random.pick([...held.keys()]) : undefined
}

/** Some of those that the tier was made with, smaller and larger ones. */
function randomBounds(random: Random, { maxEntries, maxBytes, maxWeight }: MemoryTierOptions): MemoryResize {
  const scaled = (bound: number): number => Math.max(1, Math.round(bound * random.pick([0.1, 0.5, 1, 1, 2])))
  return {
    ...(maxEntries !== undefined && random.chance(0.7) && { maxEntries: scaled(maxEntries) }),
    ...(maxBytes !== undefined && random.chance(0.7) && { maxBytes: scaled(Number(maxBytes)) }),
    ...(maxWeight !== undefined && random.chance(0.7) && { maxWeight: scaled(maxWeight) }),
  }
}

/** Many light keys, and some that need the room of hundreds of them and come again. */
function runHeavy(checked: CheckedMemoryTier, random: Random, steps: number): void {
  const makeEntry = randomEntries(random, new LiveTags())
  const put = (key: string, weight: number, now: number): void =>
    checked.set(key, { ...makeEntry(now), value: { id: key, at: now, weight } }, now)
  for (let now = 1_000_000, step = 0; step < steps; step++, now++) {
    const chance = random.next()
    if (chance < 0.05) put(`heavy ${random.int(1, 3)}`, random.pick([150, 400, 400, 900]), now)
    else if (chance < 0.95)
      put(`light ${Math.floor(9_000 * random.next() ** 2)}`, random.pick([0, 0.5, 1, 1, 1, 2]), now)
    else if (chance < 0.97) checked.get(`light ${random.int(0, 300)}`, now)
    else if (chance < 0.985) checked.delete(`heavy ${random.int(1, 3)}`)
    else if (chance < 0.999) checked.delete(someKey(checked, random) ?? 'none')
    else checked.resize({ maxWeight: random.pick([800, 1_000, 1_200]) })
    if (step % 500 === 0) checked.verify()
  }
  checked.verify()
}

describe.each(POLICIES)('A memory tier with the policy %s', (policy) => {
  describe.each(COPY_MODES)('and copy %s', (copy) => {
    it.each(BOUNDS)(`holds what was let in and not told to be gone, within %o (TEST_SEED=${SEED})`, (bounds) => {
      const options = { ...bounds, policy, copy, seed: SEED }
      const checked = new CheckedMemoryTier(options)
      run(checked, options, { random: seededRandom(SEED), steps: 1_500, keys: 24, verifyEvery: 1 })
      expect([...checked.causes.keys()].toSorted()).toEqual([
        'capacity',
        'deleted',
        'expired',
        'invalidated',
        'replaced',
      ])
      expect(checked.taggedHits).toBeGreaterThan(3)
    })
  })

  it(`does so with thousands of keys too (TEST_SEED=${SEED})`, () => {
    for (const bounds of [{ maxEntries: 700 }, { maxWeight: 2_000, weigh: weightOf }]) {
      const options = { ...bounds, policy, seed: SEED }
      const checked = new CheckedMemoryTier(options)
      run(checked, options, { random: seededRandom(SEED), steps: 30_000, keys: 3_000, verifyEvery: 500 })
    }
  })

  it(`makes room for heavy entries over several operations by its rule, and no more (TEST_SEED=${SEED})`, () => {
    const checked = new CheckedMemoryTier({ maxWeight: 1_000, weigh: weightOf, policy, seed: SEED })
    runHeavy(checked, seededRandom(SEED), 20_000)
    expect(checked.room.met.refusals).toBeGreaterThan(10)
    expect(checked.room.met.made).toBeGreaterThan(100)
  })
})
